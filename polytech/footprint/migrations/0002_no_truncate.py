"""The table of statements cannot be emptied in one stroke either."""

from django.db import migrations

CREATE = """
CREATE TRIGGER footprint_statement_no_truncate BEFORE TRUNCATE ON footprint_statement
    FOR EACH STATEMENT EXECUTE FUNCTION footprint_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("footprint", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TRIGGER footprint_statement_no_truncate ON footprint_statement")]
