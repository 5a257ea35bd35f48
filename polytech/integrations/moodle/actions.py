"""Writes of the Moodle import."""

from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from polytech.files.api import TooLarge, store
from polytech.footprint.api import Verb, record
from polytech.integrations.moodle import access
from polytech.integrations.moodle.models import MoodleImport
from polytech.kernel import clock
from polytech.kernel.actions import Refused, action
from polytech.learning.api import Course, lock_course
from polytech.people.api import Viewer

# An import that has not ended after this long has lost its job, and does not keep others waiting.
GIVEN_UP_AFTER = timedelta(hours=6)


@action
def start_import(*, by: Viewer, course: Course, stream: BinaryIO, name: str) -> MoodleImport:
    """Keep an uploaded backup and put its import into the queue.

    Args:
        stream: the backup; read to its end.
        name: the file's name, shown in the list of imports.

    Raises:
        PermissionDenied, Http404: the person may not change the course.
        Refused: `too-large`; `running` while another import into this course has not ended.
    """
    course = access.import_into.get(by, pk=course.pk)
    try:
        blob = store(stream, limit=settings.MOODLE_UPLOAD_BYTES)
    except TooLarge as error:
        raise Refused(_("The file is larger than the limit."), code="too-large") from error
    # Only now: an upload may take minutes, and nobody waits for it.
    lock_course(course.pk)
    busy = MoodleImport.objects.filter(
        course=course,
        state__in=[MoodleImport.State.WAITING, MoodleImport.State.RUNNING],
        created_at__gt=clock.now() - GIVEN_UP_AFTER,
    )
    if busy.exists():
        raise Refused(_("Another import into this course is running. Wait until it has ended."), code="running")
    row = MoodleImport.objects.create(course=course, backup=blob, source=name[:300], started_by_id=by.person_id)
    record(
        verb=Verb.CREATED, object_kind="moodle-import", object_id=row.pk, course_id=course.pk, actor_id=by.person_id,
        acted_by_id=by.signed_in_id if by.is_acting else None, extra={"source": row.source},
    )  # fmt: skip
    from polytech.integrations.moodle.jobs import import_waiting

    import_waiting.defer(import_id=row.pk)
    return row
