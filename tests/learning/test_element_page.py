"""The element page: one statement, few bytes, the way back and forth, and what each kind shows."""

import gzip
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from polytech.kernel import clock
from polytech.learning.models import Element
from tests import factories
from tests.browsing import sign_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db
A_TEXT_OF_USUAL_SIZE = "<p>Егер бөліктеу ұсақтығы нөлге ұмтылғанда интегралдық қосындының шегі бар болса.</p>" * 40


def _read(client: Client, element: Element, query: str = "") -> str:
    response = client.get(f"/courses/{element.course_id}/{element.pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("neighbours", [1, 3])
def test_element_page_is_one_statement(
    cast: Cast, neighbours: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    element = cast.element
    factories.ElementFactory.create_batch(neighbours, section=cast.section)
    client = sign_in(cast.aigerim)
    with django_assert_num_queries(1):
        _read(client, element)


def test_text_of_usual_size_is_small(cast: Cast) -> None:
    element = factories.ElementFactory(section=cast.section, body_html=A_TEXT_OF_USUAL_SIZE)
    page = _read(sign_in(cast.aigerim), element)
    assert A_TEXT_OF_USUAL_SIZE in page
    assert len(gzip.compress(page.encode())) <= 8_000


def test_way_leads_over_sections_past_labels_and_hidden_elements(cast: Cast) -> None:
    later = factories.SectionFactory(course=cast.course, position=2)
    first = cast.element
    factories.ElementFactory(section=cast.section, position=100, kind="label")
    hidden = factories.ElementFactory(section=cast.section, position=101, visible=False)
    last = factories.ElementFactory(section=later, position=1)

    def way(client: Client, element: Element) -> tuple[bool, bool]:
        page = _read(client, element)
        return 'rel="prev"' in page, 'rel="next"' in page

    student, teacher = sign_in(cast.aigerim), sign_in(cast.teacher)
    assert f'rel="next" href="/courses/{cast.course.pk}/{last.pk}/"' in _read(student, first)
    assert f'rel="next" href="/courses/{cast.course.pk}/{hidden.pk}/"' in _read(teacher, first)
    assert [way(student, first), way(student, last)] == [(False, True), (True, False)]


def test_hidden_element_is_not_there_for_students(cast: Cast) -> None:
    element = factories.ElementFactory(section=cast.section, visible=False)
    address = f"/courses/{cast.course.pk}/{element.pk}/"
    assert [sign_in(who).get(address).status_code for who in (cast.aigerim, cast.teacher)] == [404, 200]


def test_element_of_another_course_is_not_there(cast: Cast) -> None:
    other = factories.ElementFactory()
    assert sign_in(cast.aigerim).get(f"/courses/{cast.course.pk}/{other.pk}/").status_code == 404


def test_element_that_opens_later_keeps_its_contents(cast: Cast) -> None:
    element = factories.ElementFactory(
        section=cast.section, body_html="<p>Сұрақтар</p>", opens_at=clock.now() + timedelta(days=1), kind="book"
    )
    factories.ChapterFactory(element=element, title="Бірінші тарау")
    factories.CourseFileFactory(course=cast.course, element=element, path="жауаптар.pdf")

    def seen(client: Client) -> list[bool]:
        page = _read(client, element)
        return [words in page for words in ("Сұрақтар", "Бірінші тарау", "жауаптар.pdf")]

    assert [seen(sign_in(cast.aigerim)), seen(sign_in(cast.teacher))] == [[False] * 3, [True] * 3]


def test_book_shows_one_chapter_and_the_table_of_contents(cast: Cast) -> None:
    book = factories.ElementFactory(section=cast.section, kind="book", body_html="")
    chapters = [
        factories.ChapterFactory(
            element=book, position=place, title=f"{place}-тарау", body_html=f"<p>Мәтін {place}.</p>"
        )
        for place in range(3)
    ]
    client = sign_in(cast.aigerim)

    pages = [_read(client, book), _read(client, book, f"?chapter={chapters[1].pk}")]

    assert [[f"<p>Мәтін {place}.</p>" in page for place in range(3)] for page in pages] == [
        [True, False, False],
        [False, True, False],
    ]
    assert [page.count("-тарау</a>") for page in pages] == [3, 3]
    assert f'rel="prev" href="/courses/{cast.course.pk}/{book.pk}/?chapter={chapters[0].pk}"' in pages[1]
    assert f'rel="next" href="/courses/{cast.course.pk}/{book.pk}/?chapter={chapters[2].pk}"' in pages[1]


@pytest.mark.parametrize("chapter", ["999999", "x", "-1", "1" * 30, "٣"])
def test_chapter_that_is_not_there_is_not_found(cast: Cast, chapter: str) -> None:
    book = factories.ChapterFactory(element__section=cast.section).element
    response = sign_in(cast.aigerim).get(f"/courses/{cast.course.pk}/{book.pk}/", {"chapter": chapter})
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("assignment", "Work cannot be handed in through the portal yet"),
        ("test", "It cannot be taken in the portal yet"),
        ("forum", "Contributions cannot be written in the portal yet"),
    ],
)
def test_element_that_the_portal_cannot_run_yet_says_so(cast: Cast, kind: str, sentence: str) -> None:
    element = factories.ElementFactory(section=cast.section, kind=kind)
    page = _read(sign_in(cast.aigerim, language="en"), element)
    assert (sentence in page, "Шектің анықтамасы." in page) == (True, True)


@pytest.mark.parametrize(
    ("url", "is_link"), [("https://example.org/a", True), ("javascript:alert(1)", False), ("data:text/html,x", False)]
)
def test_link_leads_to_web_addresses_only(cast: Cast, url: str, is_link: bool) -> None:
    element = factories.ElementFactory(section=cast.section, kind="link", url=url, body_html="")
    assert (f'href="{url}"' in _read(sign_in(cast.aigerim), element)) is is_link


def test_sizes_of_files_stand_before_the_download(cast: Cast) -> None:
    element = factories.ElementFactory(section=cast.section, kind="folder", body_html="")
    file = factories.CourseFileFactory(
        course=cast.course, element=element, path="/есептер/1.pdf", blob__size_bytes=1_400_000
    )
    factories.CourseFileFactory(course=cast.course, element=element, path="сурет.png", embedded=True)
    page = _read(sign_in(cast.aigerim), element)
    row = page[page.index(f"/courses/{cast.course.pk}/files/{file.pk}/1.pdf") :]
    assert "есептер/1.pdf" in row and "1,4\N{NO-BREAK SPACE}МБ" in row
    assert "сурет.png" not in page


def test_page_the_browser_has_is_not_sent_again(cast: Cast) -> None:
    address, client = f"/courses/{cast.course.pk}/{cast.element.pk}/", sign_in(cast.aigerim)
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
