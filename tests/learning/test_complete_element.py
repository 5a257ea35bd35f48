"""Marking an element as completed: once, again, taken back, and by whom."""

from datetime import timedelta

import pytest
from django.test import Client

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.learning.models import Completion, Progress
from tests import factories
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OWN = {"Sec-Fetch-Site": "same-origin"}


def _post(client: Client, cast: Cast, data: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> int:
    address = f"/courses/{cast.course.pk}/{cast.element.pk}/complete/"
    return client.post(address, data or {}, headers=OWN if headers is None else headers).status_code


def test_student_completes_an_element_without_javascript(cast: Cast) -> None:
    client = sign_in(cast.aigerim, language="en")
    address = f"/courses/{cast.course.pk}/{cast.element.pk}/"
    assert (
        f'<form class="row wrap completion" method="post" action="{address}complete/">'
        in client.get(address).content.decode()
    )

    response = client.post(f"{address}complete/", headers=OWN)

    assert (response.status_code, response.url) == (303, address)
    assert list(Completion.objects.values_list("person", "element", "course")) == [
        (cast.aigerim.pk, cast.element.pk, cast.course.pk)
    ]
    assert 'name="undo"' in client.get(address).content.decode()


def test_completing_twice_is_completing_once(cast: Cast) -> None:
    client = sign_in(cast.aigerim)
    assert [_post(client, cast), _post(client, cast)] == [303, 303]
    assert (Completion.objects.count(), Statement.objects.filter(verb="completed").count()) == (1, 1)


def test_completion_is_taken_back(cast: Cast) -> None:
    client = sign_in(cast.aigerim)
    _post(client, cast)
    assert [_post(client, cast, {"undo": "1"}), _post(client, cast, {"undo": "1"})] == [303, 303]
    assert (Completion.objects.count(), Statement.objects.filter(verb="changed", object_kind="element").count()) == (
        0,
        1,
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("aigerim", 303), ("teacher", 403), ("methodologist", 403), ("adviser", 403), ("stranger", 404)],
)
def test_only_students_of_the_course_complete(cast: Cast, who: str, status: int) -> None:
    _advised = cast.adviser
    assert _post(sign_in(getattr(cast, who)), cast) == status
    assert Completion.objects.count() == (1 if status == 303 else 0)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://testserver/courses/1/"}, 303),
        ({}, 403),
    ],
)
def test_other_sites_cannot_complete_for_somebody(cast: Cast, headers: dict[str, str], status: int) -> None:
    assert _post(sign_in(cast.aigerim), cast, headers=headers) == status


def test_element_that_is_not_open_yet_is_not_completed(cast: Cast) -> None:
    cast.element.opens_at = clock.now() + timedelta(days=1)
    cast.element.save()
    client = sign_in(cast.aigerim, language="en")
    assert _post(client, cast) == 303
    assert Completion.objects.count() == 0
    assert "This element is not open yet." in client.get(f"/courses/{cast.course.pk}/").content.decode()


def test_reading_does_not_complete(cast: Cast) -> None:
    address = f"/courses/{cast.course.pk}/{cast.element.pk}/complete/"
    assert sign_in(cast.aigerim).get(address).status_code == 405


def test_summary_of_progress_follows_the_completions(cast: Cast) -> None:
    first, second = cast.element, factories.ElementFactory(section=cast.section, position=200)
    client = sign_in(cast.aigerim)

    _post(client, cast)
    cast.course.refresh_from_db()
    assert list(Progress.objects.values_list("person", "done", "next_element", "version")) == [
        (cast.aigerim.pk, 1, second.pk, cast.course.version)
    ]
    _post(client, cast, {"undo": "1"})
    assert Progress.objects.count() == 0
    assert first.completions.count() == 0
