"""The partitioned table of statements. Django cannot describe partitions, so the table is written out here."""

from django.db import migrations, models

CREATE = """
CREATE SEQUENCE footprint_statement_id;
CREATE TABLE footprint_statement (
    at timestamptz NOT NULL,
    id bigint NOT NULL DEFAULT nextval('footprint_statement_id'),
    actor_id bigint,
    acted_by_id bigint,
    verb text NOT NULL,
    object_kind text NOT NULL,
    object_id bigint,
    course_id bigint,
    address inet,
    extra jsonb,
    source text NOT NULL DEFAULT 'portal',
    verified boolean NOT NULL DEFAULT true,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE TABLE footprint_statement_default PARTITION OF footprint_statement DEFAULT;
CREATE INDEX footprint_statement_actor ON footprint_statement (actor_id, at);
CREATE INDEX footprint_statement_course ON footprint_statement (course_id, at) WHERE course_id IS NOT NULL;

CREATE FUNCTION footprint_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the footprint is append-only';
END $$;
CREATE TRIGGER footprint_statement_append_only BEFORE UPDATE OR DELETE ON footprint_statement
    FOR EACH ROW EXECUTE FUNCTION footprint_is_append_only();

CREATE FUNCTION footprint_make_partition(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := 'footprint_statement_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF footprint_statement FOR VALUES FROM (%L) TO (%L)',
                       name, date_trunc('month', month), date_trunc('month', month) + interval '1 month');
    END IF;
END $$;
SELECT footprint_make_partition((date_trunc('month', now()) + n * interval '1 month')::date) FROM generate_series(0, 3) n;
"""

DROP = """
DROP TABLE footprint_statement;
DROP FUNCTION footprint_make_partition(date);
DROP FUNCTION footprint_is_append_only();
DROP SEQUENCE footprint_statement_id;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.CreateModel(
            name="Statement",
            fields=[("id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"db_table": "footprint_statement", "managed": False},
        ),
    ]
