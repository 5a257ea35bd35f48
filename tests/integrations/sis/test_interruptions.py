"""Two batches at once, a process killed in the middle, a full disk: nothing is half applied, and it can be repeated."""

import gc
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from pytest_django import Settings

from polytech.academics.api import Enrolment
from polytech.integrations.sis import actions
from polytech.integrations.sis.api import BatchState, FeedBusy, preview_delivery, sync_batch
from polytech.integrations.sis.batches import apply_waiting, look_at
from polytech.integrations.sis.models import Batch
from polytech.integrations.sis.progress import SILENCE, close_interrupted, state_of
from polytech.integrations.sis.running import LOCK
from polytech.kernel import clock
from polytech.kernel.actions import Refused
from polytech.people.api import Person, Role, Viewer
from tests.conftest import SetClock
from tests.connections import LOCKED, PATIENCE_SECONDS, other_connection, wait_for
from tests.factories import PersonFactory
from tests.integrations.sis.deliveries import pack, university, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def uploads(settings: Settings, tmp_path: Path) -> None:
    settings.SIS_FOLDER = tmp_path / "feed"


_ELSEWHERE = """
import sys, django
from pathlib import Path
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.SIS_FOLDER = Path(sys.argv[2])
django.setup()
from polytech.integrations.sis.api import sync_batch
from polytech.integrations.sis.batches import apply_waiting, look_at
"""


def run_elsewhere(statement: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _ELSEWHERE + statement, connection.settings_dict["NAME"], str(settings.SIS_FOLDER)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "polytech.config.settings"}, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip


def sync_elsewhere(path: Path) -> "subprocess.Popen[str]":
    return run_elsewhere(f"print(sync_batch(Path({str(path)!r})).state)")


def kill_in_the_middle(statement: str) -> Batch:
    """The batch whose process died in the middle of its work, as it was seen just before."""
    # Somebody else holds the rows of enrolments, so that the batch stands still in the middle of its work.
    with other_connection() as other:
        other.execute("LOCK TABLE academics_enrolment IN ACCESS EXCLUSIVE MODE")
        running = run_elsewhere(statement)
        wait_for(LOCKED)
        seen = Batch.objects.get()
        running.send_signal(signal.SIGKILL)
        running.wait()
    wait_for(
        "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    return seen


def registrar() -> Viewer:
    person = PersonFactory()
    return Viewer(person.pk, person.pk, None, person.username, "kk", {}, {}, ((Role.REGISTRAR, None),), True)


def test_second_batch_is_told_that_another_is_being_applied(delivered: Path) -> None:
    with other_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])

        with pytest.raises(FeedBusy):
            sync_batch(delivered)

        assert (Batch.objects.count(), Person.objects.count()) == (0, 0)
        assert preview_delivery(delivered).outcome == "previewed"

    assert sync_batch(delivered).state == BatchState.APPLIED


def test_killed_batch_leaves_nothing_is_seen_and_can_be_repeated(delivered: Path, at: SetClock) -> None:
    kill_in_the_middle(f"sync_batch(Path({str(delivered)!r}))")
    assert (Batch.objects.get().state, Person.objects.count()) == (BatchState.RUNNING, 0)

    at(clock.now() + SILENCE)
    close_interrupted()

    assert Batch.objects.get().state == BatchState.INTERRUPTED
    assert sync_batch(delivered).state == BatchState.APPLIED
    assert Enrolment.objects.count() == 2


def work() -> None:
    """A worker does what waits in the queue."""
    with (
        app.replace_connector(app.connector.get_worker_connector()) as working,  # type: ignore[attr-defined]
        # A thread of its own: a browser that another test left open has the loop of this one.
        ThreadPoolExecutor(1) as thread,
    ):
        run = partial(working.run_worker, wait=False, install_signal_handlers=False, listen_notify=False)
        thread.submit(run).result()
    # Its threads are gone, and leave their connections to the collector.
    gc.collect()


def upload(viewer: Viewer, path: Path) -> int:
    """The number of a delivery uploaded by the registrar's page."""
    packed = pack(path, path.parent / "delivery.zip")
    return actions.upload_delivery(viewer=viewer, name="delivery.zip", chunks=[packed.read_bytes()]).pk


@pytest.mark.usefixtures("uploads")
def test_look_of_a_killed_worker_is_seen_as_interrupted_and_begins_again(delivered: Path, at: SetClock) -> None:
    viewer = registrar()
    number = upload(viewer, delivered)

    seen = kill_in_the_middle(f"look_at({number})")
    assert (seen.state, 0 < seen.share_done < 1, state_of(seen)) == (BatchState.LOOKING, True, BatchState.LOOKING)

    at(clock.now() + SILENCE)
    assert state_of(Batch.objects.get()) == BatchState.INTERRUPTED
    actions.look_again(viewer=viewer, batch_id=number)
    look_at(number)

    assert (Batch.objects.get().state, Enrolment.objects.count()) == (BatchState.PREVIEWED, 0)


@pytest.mark.usefixtures("uploads")
def test_look_whose_job_is_begun_again_by_the_sweeper_comes_to_its_end(delivered: Path, at: SetClock) -> None:
    number = upload(registrar(), delivered)
    kill_in_the_middle(f"look_at({number})")

    look_at(number)
    assert Batch.objects.get().state == BatchState.LOOKING
    at(clock.now() + SILENCE)
    look_at(number)

    assert Batch.objects.get().state == BatchState.PREVIEWED


@pytest.mark.usefixtures("uploads")
def test_apply_of_a_killed_worker_is_begun_again_by_a_person_alone(delivered: Path, at: SetClock) -> None:
    viewer = registrar()
    number = upload(viewer, delivered)
    look_at(number)
    actions.apply_batch(viewer=viewer, batch_id=number)

    seen = kill_in_the_middle(f"apply_waiting({number})")
    at(clock.now() + SILENCE)
    # What the sweeper of jobs does.
    apply_waiting(number)

    assert (seen.state, state_of(Batch.objects.get())) == (BatchState.RUNNING, BatchState.INTERRUPTED)
    assert Person.objects.filter(source="feed").count() == 0

    actions.apply_batch(viewer=viewer, batch_id=number)
    apply_waiting(number)

    assert (Batch.objects.get().state, Enrolment.objects.count()) == (BatchState.APPLIED, 2)


@pytest.mark.usefixtures("uploads")
def test_upload_is_looked_at_and_applied_by_a_real_worker(delivered: Path) -> None:
    viewer = registrar()
    number = upload(viewer, delivered)
    work()
    assert Batch.objects.get().state == BatchState.PREVIEWED

    actions.apply_batch(viewer=viewer, batch_id=number)
    work()

    assert (Batch.objects.get().state, Enrolment.objects.count()) == (BatchState.APPLIED, 2)


@pytest.mark.usefixtures("uploads")
def test_apply_beside_another_batch_is_told_and_stays_as_it_was_looked_at(delivered: Path) -> None:
    viewer = registrar()
    number = upload(viewer, delivered)
    look_at(number)
    with other_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        with pytest.raises(Refused) as refused:
            actions.apply_batch(viewer=viewer, batch_id=number)

    actions.apply_batch(viewer=viewer, batch_id=number)
    with other_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        apply_waiting(number)

    batch = Batch.objects.get()
    assert (refused.value.code, batch.state, batch.findings.get().code) == (
        "feed-busy",
        BatchState.PREVIEWED,
        "feed-busy",
    )
    actions.apply_batch(viewer=viewer, batch_id=number)
    apply_waiting(number)
    assert (Batch.objects.get().state, batch.findings.count()) == (BatchState.APPLIED, 0)


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
