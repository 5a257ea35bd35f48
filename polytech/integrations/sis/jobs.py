"""The feed's own schedule, and the sweeping of uploads that nobody applied."""

import logging
import time

from django.conf import settings
from procrastinate.contrib.django import app

from polytech.integrations.sis.batches import close_interrupted, refuse_fetch, sync_batch
from polytech.integrations.sis.fetching import local_delivery, shown_source
from polytech.integrations.sis.models import Batch, Door
from polytech.integrations.sis.running import FeedBusy
from polytech.kernel.fetching import FetchRefused

UPLOADS_KEPT_SECONDS = 7 * 24 * 3600

log = logging.getLogger(__name__)


@app.periodic(cron=settings.SIS_SCHEDULE)
@app.task(name="sis.sync_scheduled", queueing_lock="sis.sync_scheduled", pass_context=False)
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
