"""What the page of the components shows: a made-up reader, five destinations, a form."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polytech.kernel import clock
from polytech.ui.formats import number, percent
from polytech.ui.navigation import Destination


@dataclass(frozen=True)
class SampleReader:
    """Somebody in whose name support acts, so that the banner is seen too."""

    username: str = "aigerim"
    is_acting: bool = True
    name: dict[str, str] = field(
        default_factory=lambda: {"kk": "Айгерім Серікқызы", "ru": "Айгерим Сериккызы", "en": "Aigerim Serikkyzy"}
    )
    acting_until: datetime = field(default_factory=lambda: clock.now() + timedelta(minutes=25))


def sample_destinations() -> list[Destination]:
    return [
        Destination(href="/", text=_("Today"), short="", icon="house", key="today", count=0),
        Destination(href="/courses/", text=_("Courses"), short="", icon="book-open", key="courses", count=0),
        Destination(href="/timetable/", text=_("Timetable"), short="", icon="calendar-days", key="timetable", count=0),
        Destination(
            href="/announcements/", text=_("Messages"), short="", icon="message-square", key="messages", count=3
        ),
        Destination(href="/grades/", text=_("Grades"), short="", icon="chart-column", key="grades", count=0),
    ]


class SampleForm(forms.Form):
    """Fields of each kind that the portal uses."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=80, help_text=gettext_lazy("As it will stand in the list.")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")], initial="kk"
    )
    due = forms.DateField(
        label=gettext_lazy("Due date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(label=gettext_lazy("Feedback"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("synchronous", gettext_lazy("synchronous")), ("asynchronous", gettext_lazy("asynchronous"))],
        widget=forms.RadioSelect,
        initial="synchronous",
    )
    work = forms.FileField(label=gettext_lazy("Your work"), required=False)
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read the rules"), help_text=gettext_lazy("They fit on one page.")
    )


def sample_page(request: HttpRequest, form: SampleForm) -> dict[str, object]:
    now = clock.now().replace(second=0, microsecond=0)
    return {
        "form": form,
        "now": now,
        "moments": [
            {"starts": now - timedelta(minutes=80), "ends": now - timedelta(minutes=30)},
            {"starts": now - timedelta(minutes=20), "ends": now + timedelta(minutes=30)},
            {"starts": now + timedelta(minutes=40), "ends": now + timedelta(minutes=90)},
        ],
        "columns": [
            ("person", _("Student"), ""),
            ("group", _("Group"), ""),
            ("attendance", _("Attendance"), "end"),
            ("rating", _("Admission rating"), "end"),
        ],
        "weeks": [("person", _("Student"), ""), *((week, str(week), "end") for week in range(1, 16))],
        "marks": [
            {"person": name, **{week: number((week * step) % 41 + 60) for week in range(1, 16)}}
            for step, name in enumerate(("Айгерім Серікқызы", "Әлихан Қасымов", "Мария Ким"), start=7)
        ],
        "rows": [
            {"person": "Айгерім Серікқызы", "group": "CS-24-1", "attendance": percent(92.5, 1), "rating": number(78)},
            {"person": "Әлихан Қасымов", "group": "CS-24-1", "attendance": percent(100), "rating": number(91.5)},
            {"person": "Мария Ким", "group": "CS-24-2", "attendance": percent(68), "rating": number(49)},
        ],
    }
