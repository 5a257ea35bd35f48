-- The first day from %(today)s on which the viewer has a class (`day`), and the first one after today (`following`):
-- found by counting, no calendar is walked. OFFSET 0 keeps each step from being worked out again in the next.
first_days AS (
    SELECT min(fitting.day) AS day,
           min(CASE WHEN fitting.day > %(today)s::date THEN fitting.day
                    WHEN fitting.day + fitting.step <= fitting.last THEN fitting.day + fitting.step END) AS following
      FROM (SELECT weekday.day + CASE WHEN weekday.parity <> (weekday.day - DATE '1970-01-05') / 7 % 2 THEN 7 ELSE 0 END
                       AS day,
                   CASE WHEN weekday.parity IS NULL THEN 7 ELSE 14 END AS step,
                   weekday.last
              FROM (SELECT earliest.day + (earliest.weekday + 6 - (earliest.day - DATE '1970-01-05') % 7) % 7 AS day,
                           earliest.parity, earliest.last
                      FROM (SELECT greatest(slot.starts_on, slot.place_from, %(today)s::date) AS day,
                                   least(slot.ends_on, slot.place_until) AS last, slot.weekday, slot.parity
                              FROM candidates slot
                            OFFSET 0) earliest
                    OFFSET 0) weekday
            OFFSET 0) fitting
     WHERE fitting.day <= fitting.last
)
