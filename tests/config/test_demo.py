"""The demo university comes by the real feed and the real import, and goes on where it was interrupted."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from polytech.academics.api import Enrolment
from polytech.config import demo, demo_note
from polytech.integrations.moodle.models import MoodleImport
from polytech.integrations.sis.api import Batch
from polytech.learning.api import Completion, Course
from polytech.messaging.api import Announcement
from polytech.people.api import Person, Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note, a folder of backups and a password of this test's own."""
    (tmp_path / "backups").mkdir()
    monkeypatch.setattr(demo_note, "NOTE", tmp_path / "demo.json")
    monkeypatch.setenv("POLYTECH_DEMO_BACKUPS", str(tmp_path / "backups"))
    monkeypatch.setenv("POLYTECH_DEMO_PASSWORD", "beles-tau-2026")


def counts() -> dict[str, int]:
    models = (Person, Enrolment, Course, MoodleImport, Batch, Announcement, Completion)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.requirement("R1-03", "R1-07")
def test_people_and_classes_come_by_the_feed_and_the_course_by_the_import() -> None:
    shares: list[float] = []
    demo.fill(lambda share, words: shares.append(share or 0.0))
    assert [(batch.state, batch.source) for batch in Batch.objects.all()] == [("applied", "demo-university.zip")]
    assert [(done.state, done.source) for done in MoodleImport.objects.all()] == [("done", "databases.mbz")]
    assert shares == pytest.approx(sorted(shares))
    course = Course.objects.get()
    taught = Enrolment.objects.filter(person__sourced_id="demo-student", offering__course_link__course=course)
    assert taught.count() == 1
    assert Completion.objects.filter(person__sourced_id="demo-student", course=course).exists()

    signed = demo_note.sign_ins()
    assert [role for role, _, _ in signed] == [role.value for role in Role]
    for role, username, password in signed:
        answer = Client().post("/account/login/", {"login": username, "password": password})
        assert answer.status_code == HTTPStatus.FOUND, username
        held = set(Person.objects.get(username=username).grants.values_list("role", flat=True))
        assert role in held, username
    assert (demo.is_there(), demo.is_wanted()) == (True, False)


def test_an_interrupted_demo_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(demo, "_announce", interrupted)
        with pytest.raises(KeyboardInterrupt):
            demo.fill(lambda share, words: None)
    assert (demo.is_there(), demo.is_wanted()) == (False, True)
    before = counts()
    demo.fill(lambda share, words: None)
    after = counts()
    assert demo.is_there()
    assert {name: after[name] - before[name] for name in ("Person", "Enrolment", "Course", "MoodleImport")} == {
        "Person": 0, "Enrolment": 0, "Course": 0, "MoodleImport": 0,
    }  # fmt: skip


def test_a_database_with_people_in_it_is_left_alone() -> None:
    Person.objects.create(username="somebody")
    assert not demo.is_wanted()
