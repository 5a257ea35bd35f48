from django.db import migrations, models

# Indexes for LIKE, which Django makes beside every text key and nothing here uses; each is written at every sign-in.
UNUSED = {
    "people_throttle_key_a124df92_like": "people_throttle (key varchar_pattern_ops)",
    "people_session_session_key_f84fb1a3_like": "people_session (session_key varchar_pattern_ops)",
}


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0008_checks_of_units_and_periods"),
    ]

    operations = [
        migrations.AlterField(
            model_name="throttle",
            name="free_at",
            field=models.DateTimeField(),
        ),
        *(
            migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {place}")
            for name, place in UNUSED.items()
        ),
    ]
