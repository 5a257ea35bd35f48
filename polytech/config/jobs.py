"""Jobs of the portal itself: those whose worker is gone begin again, and old ones are forgotten."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.utils import utcnow

STALLED_SECONDS = 30.0
MOST_ATTEMPTS = 3
KEPT_HOURS = 24 * 14

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="config.restart_stalled", queueing_lock="config.restart_stalled", pass_context=True)
async def restart_stalled(context: JobContext, timestamp: int) -> None:
    """Every minute: a job whose worker gave no sign of life for 30 seconds begins again.

    Jobs are idempotent, so beginning again is safe. One that took its worker with it three times is marked failed:
    it would do so for ever.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.id is None:
            continue
        if job.attempts + 1 >= MOST_ATTEMPTS:
            log.error("Job %s (%s) lost its worker %s times; given up.", job.id, job.task_name, MOST_ATTEMPTS)
            await manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=False)
        else:
            log.warning("Job %s (%s) lost its worker; it begins again.", job.id, job.task_name)
            await manager.retry_job_by_id_async(job.id, retry_at=utcnow())


@app.periodic(cron="20 3 * * *")
@app.task(name="config.forget_old", queueing_lock="config.forget_old", pass_context=True)
async def forget_old(context: JobContext, timestamp: int) -> None:
    """Every night: jobs that ended two weeks ago, however they ended."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
