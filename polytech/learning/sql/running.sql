-- The viewer's places (CTE `viewer`) in offerings of the running and coming periods. Uses %(today)s.
running AS (
    SELECT enrolment.role, offering.id, offering.code, offering.title, offering.discipline_id
      FROM viewer
      JOIN academics_enrolment enrolment
        ON enrolment.person_id = viewer.person_id AND enrolment.ended_at IS NULL
       AND (enrolment.ends_on IS NULL OR enrolment.ends_on >= %(today)s)
      JOIN academics_offering offering ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
      JOIN academics_academicperiod period ON period.id = offering.period_id AND period.ends_on >= %(today)s
)
