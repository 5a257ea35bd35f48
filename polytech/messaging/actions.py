"""Writes of announcements."""

from datetime import datetime
from typing import TypedDict

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from polytech.footprint.api import Verb, record
from polytech.kernel import clock
from polytech.kernel.actions import Refused, action
from polytech.messaging.access import READ, WRITE, may_write_for
from polytech.messaging.models import Announcement
from polytech.people.api import Role, Viewer


class Words(TypedDict):
    """What an announcement says: title and text by language code."""

    title: dict[str, str]
    body: dict[str, str]


def _check(viewer: Viewer, words: Words, role: str, unit: int | None) -> None:
    if not may_write_for(viewer, unit):
        raise PermissionDenied("messaging:announcement:write")
    if role and role not in Role.values:
        raise Refused(_("There is no such role."), code="role")
    if not any(words["title"].get(code) and words["body"].get(code) for code in words["title"]):
        raise Refused(_("Write a title and a text in at least one language."), code="words")


def _record(viewer: Viewer, verb: Verb, announcement: Announcement, **extra: object) -> None:
    record(
        verb=verb,
        object_kind="announcement",
        object_id=announcement.pk,
        actor_id=viewer.person_id,
        acted_by_id=viewer.acted_by_id,
        extra=extra or None,
    )


@action
def publish_announcement(
    *,
    viewer: Viewer,
    words: Words,
    audience_role: str = "",
    audience_org_id: int | None = None,
    published_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Announcement:
    """Publish an announcement, now or from a later moment.

    Raises:
        PermissionDenied: the viewer may not address this unit.
        Refused: no language has both a title and a text, or the period ends before it begins.
    """
    _check(viewer, words, audience_role, audience_org_id)
    begins = published_at or clock.now()
    _check_period(begins, expires_at)
    announcement = Announcement.objects.create(
        title=words["title"],
        body=words["body"],
        audience_role=audience_role,
        audience_org_id=audience_org_id,
        author_id=viewer.person_id,
        published_at=begins,
        expires_at=expires_at,
    )
    _record(viewer, Verb.CREATED, announcement)
    return announcement


def _check_period(begins: datetime, ends: datetime | None) -> None:
    if ends is not None and ends <= begins:
        raise Refused(_("The announcement would end before it begins."), code="period")


@action
def change_announcement(
    *,
    viewer: Viewer,
    announcement_id: int,
    words: Words,
    audience_role: str = "",
    audience_org_id: int | None = None,
    published_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Announcement:
    """Change the words, the audience or the period. Raises as `publish_announcement`, and Http404 for strangers."""
    announcement = WRITE.get(viewer, read=READ, pk=announcement_id)
    _check(viewer, words, audience_role, audience_org_id)
    begins = published_at or announcement.published_at
    _check_period(begins, expires_at)
    announcement.title, announcement.body = words["title"], words["body"]
    announcement.audience_role, announcement.audience_org_id = audience_role, audience_org_id
    announcement.published_at, announcement.expires_at = begins, expires_at
    announcement.save()
    _record(viewer, Verb.CHANGED, announcement)
    return announcement


@action
def withdraw_announcement(*, viewer: Viewer, announcement_id: int) -> Announcement:
    """Take an announcement from everybody's pages. `restore_announcement` undoes it."""
    announcement = WRITE.get(viewer, read=READ, pk=announcement_id)
    if announcement.withdrawn_at is None:
        announcement.withdrawn_at = clock.now()
        announcement.save(update_fields=["withdrawn_at"])
        _record(viewer, Verb.ENDED, announcement)
    return announcement


@action
def restore_announcement(*, viewer: Viewer, announcement_id: int) -> Announcement:
    """Undo a withdrawal."""
    announcement = WRITE.get(viewer, read=READ, pk=announcement_id)
    if announcement.withdrawn_at is not None:
        announcement.withdrawn_at = None
        announcement.save(update_fields=["withdrawn_at"])
        _record(viewer, Verb.CHANGED, announcement, restored=True)
    return announcement
