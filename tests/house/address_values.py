"""What stands for the placeholders of addresses: things of Aigerim's university."""

import io
from typing import Any

from polytech.academics.calendar_links import secret_of
from polytech.academics.models import CalendarLink
from polytech.files.api import store
from polytech.integrations.moodle.models import MoodleImport
from polytech.integrations.sis.models import Batch
from polytech.people.models import ApiToken, RoleGrant
from tests import factories
from tests.cast import Cast


def of(cast: Cast) -> dict[str, Any]:
    """Placeholder → value, and address → what is asked with it.

    Everything is Aigerim's, of her course, or of the office that keeps it.
    """
    _ = (cast.slot, cast.place)
    taught = factories.EnrolmentFactory(
        person=cast.teacher, role="teacher", offering__discipline=cast.discipline, offering__period=cast.period
    )
    blob = store(io.BytesIO(b"%PDF-1.4 a file of the course"))
    file = factories.CourseFileFactory(course=cast.course, element=cast.element, blob=blob, path="file.pdf")
    return {
        "course_id": cast.course.pk,
        "element_id": cast.element.pk,
        "file_id": file.pk,
        "name": "file.pdf",
        "person_id": cast.aigerim.pk,
        "grant_id": RoleGrant.objects.get(person=cast.aigerim).pk,
        "announcement_id": factories.AnnouncementFactory(author=cast.methodologist).pk,
        "token_id": ApiToken.objects.create(name="library", digest="0" * 64, created_by=cast.administrator).pk,
        "batch_id": Batch.objects.create(door="page", state="applied", source="feed.zip", started_by=cast.registrar).pk,
        "import_id": MoodleImport.objects.create(
            course=cast.course, source="backup.mbz", state="done", started_by=cast.teacher
        ).pk,
        "text": "2026-11-23",
        "code": "ru",
        # Nobody has these: who asks learns nothing.
        "pk": 1,
        "key": "not-a-key",
        # Whoever has the link reads the calendar: it is the secret itself.
        "secret": secret_of(CalendarLink.objects.create(person=cast.aigerim, token="t" * 32)),
        # An offering of the teacher that has no course yet.
        "courses/new/": f"?offering={taught.offering_id}",
        "uidb36": "1",
        "organization_slug": "university",
        "provider_id": "university",
    }
