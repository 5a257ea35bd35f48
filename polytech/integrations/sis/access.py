"""Who may see and run the feed."""

from django.db.models import QuerySet

from polytech.integrations.sis.models import Batch
from polytech.kernel.access import Rule
from polytech.people.api import Role, Viewer

FEEDERS = (Role.REGISTRAR, Role.ADMINISTRATOR)
WRITE, READ = "sis:write", "sis:read"


def may_run_feed(viewer: Viewer) -> bool:
    """The registrar's office and administrators. A delivery concerns the whole university, so units play no part."""
    return viewer.has_role(*FEEDERS)


def _visible_batches(viewer: Viewer) -> QuerySet[Batch]:
    return Batch.objects.all() if may_run_feed(viewer) else Batch.objects.none()


RUN_FEED: Rule[Batch] = Rule("run feed", lambda viewer, _batch: may_run_feed(viewer), _visible_batches)
