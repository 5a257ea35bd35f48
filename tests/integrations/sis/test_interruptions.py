"""Two batches at once, a process killed in the middle, a full disk: nothing is half applied, and it can be repeated."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from polytech.academics.api import Enrolment
from polytech.integrations.sis.api import BatchState, FeedBusy, preview_delivery, sync_batch
from polytech.integrations.sis.batches import close_interrupted
from polytech.integrations.sis.models import Batch
from polytech.integrations.sis.running import LOCK
from polytech.people.api import Person
from tests.integrations.sis.deliveries import university, write

pytestmark = pytest.mark.django_db(transaction=True)

_SYNC = """
import sys, django
from pathlib import Path
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from polytech.integrations.sis.api import sync_batch
print(sync_batch(Path(sys.argv[2])).state)
"""
PATIENCE_SECONDS = 30
LOCKED = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())"


def other_connection() -> psycopg.Connection:
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    return psycopg.connect(**wanted)


def sync_elsewhere(path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _SYNC, connection.settings_dict["NAME"], str(path)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "polytech.config.settings"}, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip


def wait_for(condition: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    with other_connection() as other:
        other.autocommit = True
        while not other.execute(condition).fetchone()[0]:
            assert time.monotonic() < until, condition
            time.sleep(0.02)


def test_second_batch_is_told_that_another_is_being_applied(delivered: Path) -> None:
    with other_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])

        with pytest.raises(FeedBusy):
            sync_batch(delivered)

        assert (Batch.objects.count(), Person.objects.count()) == (0, 0)
        assert preview_delivery(delivered).outcome == "previewed"

    assert sync_batch(delivered).state == BatchState.APPLIED


def test_killed_batch_leaves_nothing_is_seen_and_can_be_repeated(delivered: Path) -> None:
    # Somebody else holds the rows of enrolments, so that the batch stands still in the middle of its work.
    with other_connection() as other:
        other.execute("LOCK TABLE academics_enrolment IN ACCESS EXCLUSIVE MODE")
        running = sync_elsewhere(delivered)
        wait_for(LOCKED)
        running.send_signal(signal.SIGKILL)
        running.wait()
    wait_for(
        "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'"
        f" AND objid = {LOCK} AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    assert (Batch.objects.get().state, Person.objects.count()) == (BatchState.RUNNING, 0)

    close_interrupted()

    assert Batch.objects.get().state == BatchState.INTERRUPTED
    assert sync_batch(delivered).state == BatchState.APPLIED
    assert Enrolment.objects.count() == 2


def test_lost_connection_leaves_nothing_and_is_told(delivered: Path) -> None:
    def cut(step: str, share: float) -> None:
        if share > 0.8:
            with other_connection() as other:
                other.autocommit = True
                other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    batch = sync_batch(delivered, progress=cut)

    assert (batch.state, batch.findings.get().done) == (BatchState.FAILED, "refused")
    assert Person.objects.count() == 0


def test_full_disk_of_the_database_leaves_nothing_and_is_told(delivered: Path) -> None:
    """The database's own word for a full disk, raised where the last file is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$"
        )
        cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON academics_slot EXECUTE FUNCTION full_disk()")
    try:
        batch = sync_batch(delivered)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER full_disk ON academics_slot; DROP FUNCTION full_disk()")

    assert (batch.state, batch.findings.get().code, Person.objects.count()) == (BatchState.FAILED, "disk-full", 0)


def test_two_batches_at_once_apply_one_after_the_other_or_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "d", university())

    both = [sync_elsewhere(path), sync_elsewhere(path)]
    answers = [one.communicate(timeout=PATIENCE_SECONDS)[0].strip() for one in both]

    assert set(answers) <= {"applied", ""} and "applied" in answers
    assert (Person.objects.count(), Batch.objects.filter(state=BatchState.APPLIED).count()) == (
        2,
        answers.count("applied"),
    )


def test_one_process_brings_in_one_delivery_after_the_other(delivered: Path, tmp_path: Path) -> None:
    files = university()
    files["users"][0]["familyName"] = "Another"
    other = write(tmp_path / "other", files)

    batches = [sync_batch(path) for path in (delivered, other, delivered, other, delivered, other)]

    assert [batch.counts["users"]["changed"] for batch in batches] == [0, 1, 1, 1, 1, 1]
