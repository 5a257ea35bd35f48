-- For each programme (R1-04): of how many disciplines of its curriculum there is a published course with contents in
-- the period, and which have none. Parameters: period_id, whole, units: the organisational units that the reader
-- oversees (bigint[]; ignored when whole).
SELECT programme.id,
       programme.code,
       programme.title,
       count(*) AS total,
       count(*) FILTER (WHERE covered.yes) AS covered,
       coalesce(json_agg(json_build_array(discipline.code, discipline.title, placed.study_year)
                         ORDER BY placed.study_year, discipline.code) FILTER (WHERE NOT covered.yes), '[]') AS holes
  FROM academics_programme programme
  JOIN academics_programmediscipline placed ON placed.programme_id = programme.id AND placed.ended_at IS NULL
  JOIN academics_discipline discipline ON discipline.id = placed.discipline_id
  LEFT JOIN (SELECT DISTINCT offering.discipline_id AS id
               FROM academics_offering offering
               JOIN learning_courseoffering link ON link.offering_id = offering.id
               JOIN learning_course course
                 ON course.id = link.course_id AND course.published AND course.countable > 0
              WHERE offering.period_id = %(period_id)s AND offering.ended_at IS NULL) taught
    ON taught.id = placed.discipline_id
 CROSS JOIN LATERAL (SELECT taught.id IS NOT NULL AS yes) covered
 WHERE programme.ended_at IS NULL
   AND (%(whole)s::boolean OR programme.org_id = ANY (%(units)s::bigint[]))
 GROUP BY programme.id
 ORDER BY programme.code, programme.id
