"""Reads of announcements."""

from django.db.models import QuerySet

from polytech.kernel import clock
from polytech.kernel.text import pick_sql
from polytech.messaging.access import WRITE, addressed_to, shown
from polytech.messaging.models import Announcement
from polytech.people.api import Viewer

PAGE_LENGTH = 20

ANNOUNCEMENTS_SQL = f"""
WITH RECURSIVE unit AS (
    SELECT own.id, org.parent_id
      FROM (SELECT (role_grant ->> 1)::bigint AS id FROM viewer, json_array_elements(viewer.grants) role_grant
             UNION
            SELECT programme.org_id
              FROM viewer
              JOIN academics_studentprogramme study ON study.person_id = viewer.person_id AND study.ended_at IS NULL
              JOIN academics_programme programme ON programme.id = study.programme_id) own
      JOIN people_orgunit org ON org.id = own.id
     UNION
    SELECT org.id, org.parent_id FROM people_orgunit org JOIN unit ON org.id = unit.parent_id
)
SELECT coalesce(json_agg(newest), '[]')
  FROM (SELECT announcement.id, {pick_sql("announcement.title")} AS title, announcement.published_at
          FROM messaging_announcement announcement
         WHERE announcement.withdrawn_at IS NULL
           AND announcement.published_at <= %(now)s
           AND (announcement.expires_at IS NULL OR announcement.expires_at > %(now)s)
           AND (announcement.audience_role = '' OR announcement.audience_role IN (
                    SELECT role_grant ->> 0 FROM viewer, json_array_elements(viewer.grants) role_grant))
           AND (announcement.audience_org_id IS NULL
                OR announcement.audience_org_id IN (SELECT unit.id FROM unit))
         ORDER BY announcement.published_at DESC, announcement.id DESC
         LIMIT 3) newest"""
"""A scalar query for a page's statement: the newest three announcements to the viewer, as `access.READ` has them."""


def announcements_to(viewer: Viewer) -> QuerySet[Announcement]:
    """What is shown to the viewer now, newest first."""
    return Announcement.objects.filter(shown(clock.now()) & addressed_to(viewer)).order_by("-published_at", "-pk")


def announcements_of_writer(viewer: Viewer) -> QuerySet[Announcement]:
    """What the viewer may change: coming, shown, over and withdrawn."""
    return WRITE.visible(viewer).select_related("audience_org", "author").order_by("-published_at", "-pk")


def page_of(rows: QuerySet[Announcement], before: int | None) -> tuple[list[Announcement], int | None]:
    """One page of rows that are newest first, and the id after which the next one goes on (None: that was all)."""
    if before is not None and (last := rows.filter(pk=before).values("published_at").first()):
        moment = last["published_at"]
        rows = rows.filter(published_at__lte=moment).exclude(published_at=moment, pk__gte=before)
    found = list(rows[: PAGE_LENGTH + 1])
    return found[:PAGE_LENGTH], found[PAGE_LENGTH - 1].pk if len(found) > PAGE_LENGTH else None
