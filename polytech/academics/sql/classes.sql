-- The classes of the viewer on some days, one row each, merged where several groups are taught jointly.
--
-- :days     a query of one column `day`: the days that are looked at
-- :course   an expression over `mine.offering_id`: the course in which an offering is taught, or NULL
--
-- What depends on the moment is computed here, from %(now)s in the zone of the university, so that a page stays the
-- same to the byte (and to its ETag) until a class begins or ends.
days AS (
    SELECT asked.day, extract(isodow FROM asked.day)::int AS weekday,
           ((asked.day - DATE '1970-01-05') / 7) % 2 AS parity
      FROM (:days) asked
),
mine AS (
    SELECT days.day, coalesce(slot.joint_with_id, slot.id) AS meeting, slot.id AS slot_id, slot.offering_id,
           slot.kind, slot.format, slot.starts_at, slot.ends_at, slot.room_id, slot.link, slot.teacher_id,
           slot.parity IS NOT NULL AND slot.ends_on - slot.starts_on >= 7 AS is_alternate, slot.role
      FROM days
      JOIN candidates slot
        ON slot.weekday = days.weekday
       AND days.day BETWEEN slot.starts_on AND slot.ends_on
       AND (slot.parity IS NULL OR slot.parity = days.parity)
       AND days.day >= coalesce(slot.place_from, days.day)
       AND days.day <= coalesce(slot.place_until, days.day)
),
classes AS (
    SELECT mine.day, mine.starts_at, mine.ends_at, mine.meeting,
           min(mine.slot_id) AS slot_id, min(mine.offering_id) AS offering_id,
           min(mine.kind) AS kind, min(mine.format) AS format,
           min(mine.room_id) AS room_id, max(mine.link) AS link, min(mine.teacher_id) AS teacher_id,
           min(mine.role) AS role, bool_or(mine.is_alternate) AS alternate, max(:course) AS course,
           array_agg(DISTINCT mine.offering_id) AS offerings
      FROM mine
     GROUP BY mine.day, mine.starts_at, mine.ends_at, mine.meeting
),
clock AS (
    SELECT (%(now)s::timestamptz AT TIME ZONE %(zone)s)::date AS day,
           (%(now)s::timestamptz AT TIME ZONE %(zone)s)::time AS time
),
flagged AS (
    SELECT classes.*,
           classes.day = clock.day AND classes.starts_at <= clock.time AND clock.time < classes.ends_at AS is_now,
           classes.day = clock.day AND classes.starts_at > clock.time
               AND classes.starts_at = min(classes.starts_at)
                   FILTER (WHERE classes.day = clock.day AND classes.starts_at > clock.time) OVER () AS is_next,
           classes.day < clock.day OR classes.day = clock.day AND classes.ends_at <= clock.time AS is_past,
           classes.link <> '' AND classes.format = 'synchronous' AND classes.day = clock.day
               AND clock.time < classes.ends_at
               AND clock.time >= classes.starts_at - least(interval '10 minutes', classes.starts_at - time '00:00')
               AS is_open
      FROM classes, clock
)
