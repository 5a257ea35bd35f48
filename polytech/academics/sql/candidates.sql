-- The slots that may give the viewer (CTE `viewer`) a class. A student has the classes of the offerings; a teacher those
-- that name this teacher, and those of own offerings that name nobody. A place in an offering counts between its own
-- dates only.
--
-- :from     a slot that ended before this day is not looked at
candidates AS MATERIALIZED (
    SELECT slot.id, slot.offering_id, slot.kind, slot.format, slot.weekday, slot.starts_at, slot.ends_at, slot.starts_on,
           slot.ends_on, slot.parity, slot.room_id, slot.link, slot.teacher_id, slot.joint_with_id,
           enrolment.starts_on AS place_from, enrolment.ends_on AS place_until, enrolment.role
      FROM viewer
      JOIN academics_enrolment enrolment ON enrolment.person_id = viewer.person_id AND enrolment.ended_at IS NULL
      JOIN academics_offering offering ON offering.id = enrolment.offering_id AND offering.ended_at IS NULL
      JOIN academics_slot slot
        ON slot.offering_id = enrolment.offering_id AND slot.ended_at IS NULL AND slot.ends_on >= :from
     WHERE enrolment.role = 'student' OR slot.teacher_id IS NULL OR slot.teacher_id = viewer.person_id
     UNION ALL
    SELECT slot.id, slot.offering_id, slot.kind, slot.format, slot.weekday, slot.starts_at, slot.ends_at, slot.starts_on,
           slot.ends_on, slot.parity, slot.room_id, slot.link, slot.teacher_id, slot.joint_with_id,
           NULL, NULL, 'teacher'
      FROM viewer
      JOIN academics_slot slot
        ON slot.teacher_id = viewer.person_id AND slot.ended_at IS NULL AND slot.ends_on >= :from
      JOIN academics_offering offering ON offering.id = slot.offering_id AND offering.ended_at IS NULL
)
