"""What somebody did in others' names is found as quickly as what they did in their own."""

from django.db import migrations

CREATE = """
CREATE INDEX footprint_statement_acted_by ON footprint_statement (acted_by_id, at) WHERE acted_by_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("footprint", "0003_daily_use")]
    operations = [migrations.RunSQL(CREATE, "DROP INDEX footprint_statement_acted_by")]
