-- Over which units the viewer (CTE `viewer`) holds an office that reads courses: all (`whole`), or some and all below.
oversight AS (
    SELECT coalesce(bool_or(held.value->>1 IS NULL), false) AS whole,
           coalesce(array_agg((held.value->>1)::bigint) FILTER (WHERE held.value->>1 IS NOT NULL), '{}') AS units
      FROM viewer, json_array_elements(viewer.grants) AS held
     WHERE held.value->>0 IN ('methodologist', 'quality', 'administrator', 'dean')
),
below AS (
    SELECT unnest(oversight.units) AS id FROM oversight
    UNION
    SELECT unit.id FROM people_orgunit unit JOIN below ON unit.parent_id = below.id
)
