"""Jobs of the feed: uploads, its own schedule, and the sweeping of uploads that nobody applied."""

import logging
import time

from django.conf import settings
from procrastinate.contrib.django import app

from polytech.integrations.sis import batches
from polytech.integrations.sis.batches import refuse_fetch, sync_batch
from polytech.integrations.sis.fetching import local_delivery, shown_source
from polytech.integrations.sis.models import Batch, Door
from polytech.integrations.sis.progress import close_interrupted
from polytech.integrations.sis.running import FeedBusy
from polytech.kernel.fetching import FetchRefused

UPLOADS_KEPT_SECONDS = 7 * 24 * 3600

# Jobs that apply a delivery wait for each other instead of being told that another one is being applied.
ONE_AT_A_TIME = "sis.apply"

log = logging.getLogger(__name__)


@app.task(name="sis.look_at", pass_context=False)
def look_at_waiting(batch_id: int) -> None:
    """Look at an uploaded delivery. When its worker dies it begins again: nothing was written."""
    batches.look_at(batch_id)


@app.task(name="sis.apply", lock=ONE_AT_A_TIME, pass_context=False)
def apply_waiting(batch_id: int) -> None:
    """Apply an uploaded delivery. When its worker dies nothing was applied, and a person decides what becomes of it."""
    batches.apply_waiting(batch_id)


@app.periodic(cron=settings.SIS_SCHEDULE)
@app.task(name="sis.sync_scheduled", queueing_lock="sis.sync_scheduled", lock=ONE_AT_A_TIME, pass_context=False)
def sync_scheduled(timestamp: int) -> None:
    """Bring in what POLYTECH_SIS_URL (an address or a folder) gives; without it nothing is to be done."""
    if not settings.SIS_URL:
        return
    try:
        with local_delivery(settings.SIS_URL) as path:
            batch = sync_batch(path, door=Door.SCHEDULE, source=shown_source(settings.SIS_URL))
    except FetchRefused as refusal:
        batch = refuse_fetch(shown_source(settings.SIS_URL), refusal)
    except FeedBusy:
        log.warning("The scheduled delivery was left out: another one is being applied.")
        return
    log.info("Scheduled delivery %s: %s", batch.pk, batch.state)


@app.periodic(cron="10 4 * * *")
@app.task(name="sis.forget_uploads", queueing_lock="sis.forget_uploads", pass_context=False)
def forget_uploads(timestamp: int) -> None:
    """Uploaded deliveries hold personal data: those that nobody applied within a week go."""
    close_interrupted()
    if not settings.SIS_FOLDER.is_dir():
        return
    for path in settings.SIS_FOLDER.iterdir():
        if path.is_file() and path.stat().st_mtime < time.time() - UPLOADS_KEPT_SECONDS:
            path.unlink(missing_ok=True)
            Batch.objects.filter(stored_as=path.name).update(stored_as="")
