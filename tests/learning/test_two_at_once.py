"""Two connections at the same time: what each of them commits is counted, and nobody waits for an import."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from polytech.kernel import clock
from polytech.learning.api import Completion, Course, Element, lock_course
from polytech.learning.models import Progress
from tests.factories import ElementFactory, PersonFactory, SectionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> None:
    """Run each act in a transaction of its own connection; none commits before the others have begun theirs."""
    begun = Barrier(len(acts), timeout=20)

    def run(act: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                begun.wait()
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(run, act) for act in acts]:
            done.result(timeout=30)


def test_completions_of_two_tabs_are_both_counted() -> None:
    student, section = PersonFactory(), SectionFactory()
    elements = [ElementFactory(course=section.course, section=section, position=place) for place in range(6)]

    def complete(element: Element) -> Callable[[], object]:
        return lambda: Completion.objects.create(
            person=student, element=element, course=section.course, completed_at=clock.now()
        )

    at_once(*(complete(element) for element in elements))

    assert list(Progress.objects.values_list("done", flat=True)) == [6]


def test_elements_of_two_authors_are_both_counted() -> None:
    section = SectionFactory()

    def add(place: int) -> Callable[[], object]:
        return lambda: ElementFactory(course=section.course, section=section, position=place)

    at_once(*(add(place) for place in range(6)))

    assert Course.objects.values_list("countable", flat=True).get(pk=section.course_id) == 6


def test_student_completes_an_element_while_an_import_holds_the_course() -> None:
    student, element = PersonFactory(), ElementFactory()

    def complete() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                cursor.execute(
                    "INSERT INTO learning_completion (person_id, element_id, course_id, completed_at)"
                    " VALUES (%s, %s, %s, now())",
                    [student.pk, element.pk, element.course_id],
                )
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        lock_course(element.course_id)
        other.submit(complete).result(timeout=20)

    assert Completion.objects.filter(person=student).count() == 1
