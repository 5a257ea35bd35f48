"""Reading the XML of a backup: memory holds one activity or record of a set size, whatever the file says."""

import io
import resource
import time

import pytest

from polytech.integrations.moodle.reading import ACTIVITY_CHARACTERS, XmlRefused, read_instance, records

# Each would fill memory, and is small where it lies packed.
SWOLLEN = {
    "empty elements": b"<a/>" * 400_000,
    "texts between": (b"<a/>" + b"x" * 4_000_000) * 6,
    "attributes": b"".join(b'<a b="%s"/>' % (b"x" * 60_000) for _ in range(400)),
    "texts within": b"".join(b"<a>%s</a>" % (b"x" * 4_000_000) for _ in range(6)),
}


def refusal(act: object) -> str:
    with pytest.raises(XmlRefused) as caught:
        act()  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("inside", SWOLLEN.values(), ids=SWOLLEN)
def test_swollen_activity_is_refused_before_it_stands_in_memory(inside: bytes) -> None:
    document = b'<activity id="1"><page id="1">' + inside + b"</page></activity>"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert refusal(lambda: read_instance(io.BytesIO(document), "page")) == "xml-too-large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize("inside", SWOLLEN.values(), ids=SWOLLEN)
def test_swollen_record_is_refused(inside: bytes) -> None:
    document = b'<users><user id="1">' + inside + b"</user></users>"

    assert refusal(lambda: list(records(io.BytesIO(document), "user"))) == "xml-too-large"


def test_many_records_weigh_no_more_than_the_largest() -> None:
    one = b'<user id="1"><firstname>%s</firstname></user>' % (b"x" * (ACTIVITY_CHARACTERS // 8))

    assert len([found.get("id") for found in records(io.BytesIO(b"<users>" + one * 12 + b"</users>"), "user")]) == 12


def test_many_children_of_one_kind_are_read_in_no_more_than_their_time() -> None:
    answers = b"".join(b'<answer id="%d"><t>1</t></answer>' % number for number in range(60_000))
    began = time.process_time()

    found = read_instance(io.BytesIO(b'<activity id="1"><page id="1">' + answers + b"</page></activity>"), "page")

    assert len(found.fields["answer"]) == 60_000
    assert time.process_time() - began < 10
