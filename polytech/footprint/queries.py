"""Statements that ride in another statement, and reads of the footprint."""

# Rides in a page's statement: records that the viewer (CTE `viewer`) read the page (CTE `page`), if it was there.
VIEW_STATEMENT_SQL = """
footprint AS (
    INSERT INTO footprint_statement (at, actor_id, acted_by_id, verb, object_kind, object_id, course_id, address)
    SELECT %(now)s, viewer.person_id, nullif(viewer.signed_in_id, viewer.person_id), %(verb)s::text,
           %(object_kind)s::text, %(object_id)s::bigint, %(course_id)s::bigint, %(address)s::inet
      FROM viewer
     WHERE EXISTS (SELECT FROM page)
)"""
