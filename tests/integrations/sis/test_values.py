"""Forms of single values: what is taken becomes what the database reads, and nothing else is taken."""

from datetime import date
from pathlib import Path

import pytest

from polytech.academics.api import Slot
from polytech.integrations.sis import values
from polytech.integrations.sis.api import BatchState, sync_batch
from tests.integrations.sis.deliveries import slot, university, write


@pytest.mark.parametrize(
    ("form", "value", "staged"),
    [
        (values.day, "2026-09-01", "2026-09-01"),
        (values.moment, "2026-09-01T08:00:00Z", "2026-09-01T08:00:00+00:00"),
        (values.moment, "2026-09-01T08:00:00.000+05:00", "2026-09-01T08:00:00+05:00"),
        (values.moment, "2026-09-01", "2026-09-01T00:00:00"),
        (values.clock_time, "8:00", "08:00"),
        (values.clock_time, "18:30:00", "18:30"),
        (values.credits, "4,5", "4.5"),
        (values.programme_code, "6B06101", "6B06101"),
    ],
)
def test_value_becomes_what_the_database_reads(form: values.Form, value: str, staged: str) -> None:
    assert form(value) == staged


@pytest.mark.parametrize(
    ("form", "value", "code"),
    [
        (values.day, "2026-W36-1", "date-bad"),
        (values.day, "2026-W36", "date-bad"),
        (values.day, "20260901", "date-bad"),
        (values.day, "\u0662\u0660\u0662\u0666-\u0660\u0669-\u0660\u0661", "date-bad"),
        (values.day, "2026-02-30", "date-bad"),
        (values.day, "1026-09-01", "date-bad"),
        (values.moment, "2026-W36-1T08:00:00Z", "moment-bad"),
        (values.moment, "20260901T080000Z", "moment-bad"),
        (values.moment, "yesterday", "moment-bad"),
        (values.clock_time, "T08:00", "time-bad"),
        (values.clock_time, "0800", "time-bad"),
        (values.clock_time, "24:00", "time-bad"),
        (values.clock_time, "08:00:30", "time-bad"),
        (values.clock_time, "08:00+05:00", "time-bad"),
        (values.clock_time, "\u0660\u0668:\u0660\u0660", "time-bad"),
        (values.credits, "\u0665", "number-bad"),
        (values.credits, "1e2", "number-bad"),
        (values.programme_code, "6B\u0660\u0666\u0661\u0660\u0661", "programme-code-bad"),
    ],
)
def test_value_of_another_form_is_not_taken(form: values.Form, value: str, code: str) -> None:
    with pytest.raises(values.Unfit) as unfit:
        form(value)

    assert unfit.value.code == code


@pytest.mark.django_db
def test_week_date_keeps_its_row_out_and_not_the_delivery(tmp_path: Path) -> None:
    files = university()
    files["x-slots"] = [slot("s1", startDate="2026-W36-1"), slot("s2", startDate="2026-09-07")]

    batch = sync_batch(write(tmp_path / "d", files))

    assert (batch.state, [(one.code, one.line) for one in batch.findings.all()]) == (
        BatchState.APPLIED,
        [("date-bad", 2)],
    )
    assert list(Slot.objects.values_list("sourced_id", "starts_on")) == [("s2", date(2026, 9, 7))]
