"""No two slots in one room at one time. Works without btree_gist: every dimension is a range."""

from django.db import migrations

CREATE = """
ALTER TABLE academics_slot ADD CONSTRAINT slot_room_clash EXCLUDE USING gist (
    int8range(room_id, room_id, '[]') WITH &&,
    int4range(weekday * 1440 + (extract(epoch FROM starts_at) / 60)::int,
              weekday * 1440 + (extract(epoch FROM ends_at) / 60)::int) WITH &&,
    daterange(starts_on, ends_on, '[]') WITH &&,
    int4range(coalesce(parity, 0), coalesce(parity, 1), '[]') WITH &&
) WHERE (room_id IS NOT NULL AND joint_with_id IS NULL AND ended_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("academics", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, "ALTER TABLE academics_slot DROP CONSTRAINT slot_room_clash"),
    ]
