"""Who may see, change, act for and help whom: the object check and the rows agree, on generated grants."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from polytech.kernel import clock
from polytech.people import access
from polytech.people.models import ApiToken, OrgUnit, Person, Role, RoleGrant, Session
from polytech.people.viewer import Viewer, find_viewer

RULES = (
    access.SEE_PERSON, access.CHANGE_PERSON, access.ACT_FOR, access.RESET_SIGN_IN, access.SEE_FOOTPRINT,
    access.MANAGE_TOKENS,
)  # fmt: skip
OF_PERSONS = RULES[:-1]
# No unit; a university, its two faculties, a department of the first.
PLACES = st.sampled_from([None, 0, 1, 2, 3])
DAYS = st.sampled_from([None, -1, 0, 1])
GRANT = st.fixed_dictionaries(
    {"role": st.sampled_from(Role.values), "place": PLACES, "from": DAYS, "until": DAYS, "ended": st.booleans()}
)
# A role in force that gives its holder something, so that few examples are about readers who see nobody.
OFFICE = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["registrar", "dean", "support", "quality", "administrator"]),
        "place": PLACES,
        "from": st.none(),
        "until": st.none(),
        "ended": st.just(False),
    }
)
SOMEBODY = st.fixed_dictionaries(
    {
        "grants": st.lists(GRANT, min_size=1, max_size=2),
        "is_active": st.sampled_from([True, True, False]),
        "ended": st.sampled_from([False, False, True]),
    }
)
DRAWN = {
    "own": st.tuples(OFFICE, st.lists(GRANT, max_size=2)).map(lambda drawn: [drawn[0], *drawn[1]]),
    "others": st.lists(SOMEBODY, min_size=6, max_size=12),
}


def units() -> list[OrgUnit]:
    top = OrgUnit.objects.create(kind="university", title={"en": "University"})
    first = OrgUnit.objects.create(kind="faculty", title={"en": "First"}, parent=top)
    second = OrgUnit.objects.create(kind="faculty", title={"en": "Second"}, parent=top)
    department = OrgUnit.objects.create(kind="department", title={"en": "Department"}, parent=first)
    return [top, first, second, department]


def give(person: Person, grants: list[dict[str, Any]], places: list[OrgUnit]) -> None:
    today = clock.today()
    held = set()
    for grant in grants:
        days = [None if grant[end] is None else today + timedelta(days=grant[end]) for end in ("from", "until")]
        key = (grant["role"], grant["place"])
        # Nobody holds a role twice in one place at a time, and no period ends before it starts.
        if (key in held and not grant["ended"]) or (None not in days and days[0] > days[1]):
            continue
        if not grant["ended"]:
            held.add(key)
        RoleGrant.objects.create(
            person=person,
            role=grant["role"],
            org=None if grant["place"] is None else places[grant["place"]],
            starts_on=days[0],
            ends_on=days[1],
            ended_at=clock.now() if grant["ended"] else None,
        )


def viewer_of(person: Person) -> Viewer:
    client = Client()
    client.force_login(person)
    viewer = find_viewer(client.session.session_key)
    assert viewer is not None
    return viewer


def university(own: Any, others: Any) -> Viewer:
    places = units()
    who = Person.objects.create(username="who")
    give(who, own, places)
    for number, one in enumerate(others):
        person = Person.objects.create(
            username=f"p{number}", is_active=one["is_active"], ended_at=clock.now() if one["ended"] else None
        )
        give(person, one["grants"], places)
    ApiToken.objects.create(name="Library", digest="0" * 64, scopes=[])
    return viewer_of(who)


class TheObjectCheckAndTheRowsAgree(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(**DRAWN, acting=st.sampled_from([False, False, True]))
    def test_on_generated_grants(self, own: Any, others: Any, acting: bool) -> None:
        viewer = university(own, others)
        if acting:
            viewer = replace(viewer, signed_in_id=-1, acting_until=clock.now() + timedelta(minutes=5))

        for rule in RULES:
            model = rule.visible(viewer).model
            allowed = [row.pk for row in model._default_manager.order_by("pk") if rule.allows(viewer, row)]
            visible = list(rule.visible(viewer).order_by("pk").values_list("pk", flat=True))
            assert (rule.name, visible) == (rule.name, allowed)

    @settings(max_examples=30, deadline=None)
    @given(**DRAWN)
    def test_nobody_does_anything_with_a_person_whom_they_do_not_see(self, own: Any, others: Any) -> None:
        viewer = university(own, others)
        seen = set(access.SEE_PERSON.visible(viewer)) | {Person.objects.get(username="who")}

        for rule in OF_PERSONS:
            assert (rule.name, set(rule.visible(viewer)) - seen) == (rule.name, set())

    @settings(max_examples=40, deadline=None)
    @given(**DRAWN)
    def test_acting_stops_exactly_where_it_could_not_begin(self, own: Any, others: Any) -> None:
        viewer = university(own, others)
        may_go_on = set(access.ACT_FOR.visible(viewer))

        for person in Person.objects.exclude(pk=viewer.person_id):
            Session.objects.update(acting_for=person, acting_until=clock.now() + timedelta(minutes=5))
            assert access.acting_without_power().exists() is (person not in may_go_on)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "seen", "changed"),
    [
        (Role.ADMINISTRATOR, "abcd", "abcd"),
        (Role.SUPPORT, "abcd", ""),
        (Role.QUALITY, "abcd", ""),
        (Role.REGISTRAR, "ab", "ab"),
        (Role.DEAN, "ab", ""),
        (Role.TEACHER, "", ""),
    ],
)
def test_roles_in_a_faculty_reach_its_people_and_those_of_the_whole_portal_reach_everybody(
    role: Role, seen: str, changed: str
) -> None:
    places = units()
    for name, place in (("a", 1), ("b", 3), ("c", 2), ("d", None)):
        person = Person.objects.create(username=name)
        RoleGrant.objects.create(person=person, role=Role.STUDENT, org=None if place is None else places[place])
    who = Person.objects.create(username="who")
    RoleGrant.objects.create(person=who, role=role, org=places[1])
    viewer = viewer_of(who)

    found = [
        "".join(rule.visible(viewer).exclude(pk=who.pk).order_by("username").values_list("username", flat=True))
        for rule in (access.SEE_PERSON, access.CHANGE_PERSON)
    ]

    assert found == [seen, changed]
