"""Jobs: whose worker is gone begin again, by a real worker on the real queue."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from polytech.config import jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue() -> Any:
    """The application with the connector of a worker."""
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        yield working


def job_of_a_lost_worker(attempts: int, silent_seconds: int) -> int:
    """A job that a worker took before it fell silent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
            [silent_seconds],
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, worker_id)"
            " VALUES ('default', 'no.such.task', 'doing', %s, %s) RETURNING id",
            [attempts, worker],
        )
        return int(cursor.fetchone()[0])


def state_of(job: int) -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        status, attempts = cursor.fetchone()
        return str(status), int(attempts)


def sweep(queue: Any) -> None:
    """The sweeper as a worker calls it."""
    own = Job(id=None, queue="default", lock=None, queueing_lock=None, task_name="config.restart_stalled")

    async def work() -> None:
        async with queue.open_async():
            context = JobContext(start_timestamp=0, app=queue, job=own, abort_reason=lambda: None)
            await jobs.restart_stalled(context, timestamp=0)

    # In a thread of its own: a browser that another test left open has the loop of this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work()).result()


def test_a_job_whose_worker_fell_silent_begins_again(queue: Any) -> None:
    job = job_of_a_lost_worker(attempts=0, silent_seconds=60)
    sweep(queue)
    assert state_of(job) == ("todo", 1)


def test_a_job_whose_worker_is_alive_is_left_alone(queue: Any) -> None:
    job = job_of_a_lost_worker(attempts=0, silent_seconds=5)
    sweep(queue)
    assert state_of(job) == ("doing", 0)


def test_a_job_that_lost_three_workers_is_given_up(queue: Any) -> None:
    job = job_of_a_lost_worker(attempts=2, silent_seconds=60)
    sweep(queue)
    assert state_of(job)[0] == "failed"


def test_the_portals_own_jobs_are_known_to_the_worker() -> None:
    assert {"config.restart_stalled", "config.forget_old", "footprint.make_partitions"} <= set(app.tasks)
