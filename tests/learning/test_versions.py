"""A course's version and counters follow every change of what readers share, however it is written."""

from collections.abc import Callable

import pytest

from polytech.learning.models import Completion, Course, Element, Progress, Section
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CHANGES: dict[str, Callable[[Cast], object]] = {
    "an element is added": lambda cast: factories.ElementFactory(section=cast.section, position=900),
    "elements are added in bulk": lambda cast: Element.objects.bulk_create(
        [Element(course=cast.course, section=cast.section, position=800 + n, kind="page", title="x") for n in range(3)]
    ),
    "an element is changed": lambda cast: Element.objects.filter(pk=cast.element.pk).update(title="y"),
    "an element goes": lambda cast: cast.element.delete(),
    "a section is changed": lambda cast: Section.objects.filter(pk=cast.section.pk).update(title="y"),
    "the title is changed": lambda cast: Course.objects.filter(pk=cast.course.pk).update(title="y"),
    "it is taken back": lambda cast: Course.objects.filter(pk=cast.course.pk).update(published=False),
}


def _version(cast: Cast) -> int:
    return Course.objects.values_list("version", flat=True).get(pk=cast.course.pk)


@pytest.mark.parametrize("change", CHANGES)
def test_version_grows_when(cast: Cast, change: str) -> None:
    assert cast.element.pk
    before = _version(cast)
    CHANGES[change](cast)
    assert _version(cast) > before


def test_saving_a_course_read_long_ago_turns_no_counter_back(cast: Cast) -> None:
    old = Course.objects.get(pk=cast.course.pk)
    factories.ElementFactory.create_batch(3, section=cast.section)
    version = _version(cast)
    old.save()
    assert Course.objects.values_list("version", "countable").get(pk=old.pk) == (version, 3)


def test_countable_leaves_out_labels_and_hidden_things(cast: Cast) -> None:
    factories.ElementFactory(section=cast.section, kind="label")
    factories.ElementFactory(section=cast.section, visible=False)
    factories.ElementFactory(section=factories.SectionFactory(course=cast.course, visible=False))
    factories.ElementFactory.create_batch(2, section=cast.section)
    cast.course.refresh_from_db()
    assert cast.course.countable == 2
    Section.objects.filter(pk=cast.section.pk).update(visible=False)
    cast.course.refresh_from_db()
    assert cast.course.countable == 0


def test_completions_in_bulk_write_one_summary_for_each_person(cast: Cast) -> None:
    elements = factories.ElementFactory.create_batch(3, section=cast.section)
    Completion.objects.bulk_create(
        Completion(person=person, element=element, course=cast.course, completed_at="2026-11-22T10:00Z")
        for person in (cast.aigerim, cast.classmate) for element in elements[:2]
    )  # fmt: skip
    assert set(Progress.objects.values_list("person", "done", "next_element")) == {
        (cast.aigerim.pk, 2, elements[2].pk),
        (cast.classmate.pk, 2, elements[2].pk),
    }


def test_course_and_person_with_completions_can_be_deleted(cast: Cast) -> None:
    factories.CompletionFactory(person=cast.aigerim, element=cast.element)
    Course.objects.get(pk=cast.course.pk).delete()
    assert (Progress.objects.count(), Completion.objects.count()) == (0, 0)
