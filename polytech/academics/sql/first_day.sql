-- The first day from %(today)s on which the viewer has a class, found by counting: no calendar is walked.
SELECT min(fitting.day) AS day
  FROM candidates slot
 CROSS JOIN LATERAL (
           SELECT greatest(slot.starts_on, slot.place_from, %(today)s::date + :skip) AS day
       ) earliest
 CROSS JOIN LATERAL (
           SELECT earliest.day + (slot.weekday - extract(isodow FROM earliest.day)::int + 7) % 7 AS day
       ) weekday
 CROSS JOIN LATERAL (
           SELECT weekday.day
                + CASE WHEN slot.parity <> ((weekday.day - DATE '1970-01-05') / 7) % 2 THEN 7 ELSE 0 END AS day
       ) fitting
 WHERE fitting.day <= least(slot.ends_on, slot.place_until)
