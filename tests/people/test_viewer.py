"""Who reads: found by the session key in the page's own statement, in whose role and for which units."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.people.api import Person, Role, RoleGrant, Session, find_viewer

pytestmark = pytest.mark.django_db


def viewer_of(client: Client):
    return find_viewer(client.session.session_key)


def test_session_of_a_signed_in_person_names_its_person(client: Client) -> None:
    person = Person.objects.create(username="aigerim")

    client.force_login(person)

    assert list(Session.objects.values_list("person_id", flat=True)) == [person.pk]


def test_role_in_a_unit_holds_for_everything_below_it_and_nothing_beside(make_person, signed_in, units) -> None:
    viewer = viewer_of(signed_in(make_person("dean", Role.DEAN, org=units["faculty"])))

    held = {name: viewer.has_role(Role.DEAN, org_id=unit.pk) for name, unit in units.items()}

    assert held == {"university": False, "faculty": True, "department": True, "other": False}
    assert viewer.units(Role.DEAN) == {units["faculty"].pk, units["department"].pk}


def test_role_without_a_unit_holds_for_the_whole_university(make_person, signed_in, units) -> None:
    viewer = viewer_of(signed_in(make_person("root", Role.ADMINISTRATOR)))

    assert viewer.units(Role.ADMINISTRATOR) is None
    assert viewer.has_role(Role.ADMINISTRATOR, org_id=units["other"].pk)


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({}, True),
        ({"starts_on": clock.today(), "ends_on": clock.today()}, True),
        ({"starts_on": clock.today() + timedelta(days=1)}, False),
        ({"ends_on": clock.today() - timedelta(days=1)}, False),
        ({"ended_at": clock.now()}, False),
    ],
)
def test_role_counts_inside_its_period_only(make_person, signed_in, fields: dict[str, date], held: bool) -> None:
    person = make_person("dean")
    RoleGrant.objects.create(person=person, role=Role.DEAN, **fields)

    assert viewer_of(signed_in(person)).has_role(Role.DEAN) is held


def test_person_may_hold_several_roles(make_person, signed_in, units) -> None:
    person = make_person("ayan", Role.TEACHER, org=units["department"])
    RoleGrant.objects.create(person=person, role=Role.ADVISER, org=units["faculty"])

    viewer = viewer_of(signed_in(person))

    assert viewer.roles == {"teacher", "adviser"}
    assert viewer.has_role(Role.ADVISER, org_id=units["department"].pk)
    assert not viewer.has_role(Role.TEACHER, org_id=units["faculty"].pk)


@pytest.mark.parametrize("change", [{"is_active": False}, {"ended_at": clock.now()}])
def test_blocked_or_ended_person_is_out_at_once(make_person, signed_in, change: dict[str, object]) -> None:
    person = make_person("aigerim", Role.STUDENT)
    client = signed_in(person)

    Person.objects.filter(pk=person.pk).update(**change)

    assert client.get("/account/")["Location"].startswith("/account/login/")
    assert client.get("/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize(("role", "minutes"), [(Role.STUDENT, 240), (Role.REGISTRAR, 60)])
def test_session_ends_after_resting_sooner_for_staff(make_person, signed_in, role: Role, minutes: int) -> None:
    client = signed_in(make_person("somebody", role))

    Session.objects.update(seen_at=clock.now() - timedelta(minutes=minutes - 1))
    before = viewer_of(client) is not None
    Session.objects.update(seen_at=clock.now() - timedelta(minutes=minutes + 1))

    assert (before, viewer_of(client)) == (True, None)


@pytest.mark.parametrize(("role", "hours"), [(Role.STUDENT, 12), (Role.REGISTRAR, 10)])
def test_session_ends_at_a_set_hour_however_often_it_is_used(make_person, signed_in, role: Role, hours: int) -> None:
    client = signed_in(make_person("somebody", role))
    end = Session.objects.get().expire_date

    session = client.session
    session["used"] = "again"
    session.save()

    assert Session.objects.get().expire_date == end
    assert abs(end - clock.now() - timedelta(hours=hours)) < timedelta(minutes=1)


def test_rested_session_leads_to_sign_in_and_the_page_there_works(make_person, signed_in) -> None:
    client = signed_in(make_person("somebody", Role.STUDENT))
    Session.objects.update(seen_at=clock.now() - timedelta(days=1))

    where = client.get("/account/")["Location"]

    assert client.get(where).status_code == 200
    assert Session.objects.count() == 0


def test_use_is_noted_every_five_minutes_and_no_oftener(make_person, signed_in) -> None:
    client = signed_in(make_person("somebody", Role.STUDENT))
    four, six = (clock.now() - timedelta(minutes=minutes) for minutes in (4, 6))

    Session.objects.update(seen_at=four)
    viewer_of(client)
    kept = Session.objects.get().seen_at
    Session.objects.update(seen_at=six)
    viewer_of(client)

    assert kept == four
    assert clock.now() - Session.objects.get().seen_at < timedelta(minutes=1)


@pytest.mark.parametrize("path", ["/", "/timetable/"])
def test_hot_page_takes_one_statement_with_its_footprint(
    make_person, signed_in, django_assert_num_queries, path: str
) -> None:
    person = make_person("aigerim", Role.STUDENT)
    client = signed_in(person)
    before = Statement.objects.count()

    with django_assert_num_queries(1):
        answer = client.get(path)

    assert answer.status_code == 200
    assert Statement.objects.filter(actor_id=person.pk, verb="viewed").count() == before + 1


@pytest.mark.parametrize("path", ["/", "/timetable/"])
def test_stranger_on_a_hot_page_costs_nothing(client: Client, django_assert_num_queries, path: str) -> None:
    with django_assert_num_queries(0):
        assert client.get(path)["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("role", "required", "own_password", "seen"),
    [
        (Role.STUDENT, True, True, 1),
        (Role.STUDENT, False, False, 0),
        (Role.DEAN, False, True, 1),
        (Role.DEAN, True, True, 0),
    ],
)
def test_page_from_which_one_is_led_away_is_not_recorded_as_read(
    make_person, signed_in, settings, role: Role, required: bool, own_password: bool, seen: int
) -> None:
    settings.SECOND_FACTOR = "required" if required else "asked"
    person = make_person("somebody", role)
    client = signed_in(person)
    if not own_password:
        Person.objects.update(initial_password_until=clock.now() + timedelta(days=1))

    answer = client.get("/timetable/")

    assert (answer.status_code == 200) == bool(seen)
    assert Statement.objects.filter(actor_id=person.pk, verb="viewed").count() == seen


def test_viewers_statement_reads_by_indexes_alone(make_person, signed_in, units) -> None:
    from polytech.people.viewer import VIEWER_SQL

    client = signed_in(make_person("dean", Role.DEAN, org=units["faculty"]))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN WITH {VIEWER_SQL} SELECT row_to_json(viewer) FROM viewer",
            {
                "session_key": client.session.session_key,
                "now": clock.now(),
                "today": clock.today(),
                "second_factor_required": True,
            },
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Seq Scan" not in plan


# Django takes quoted values apart, so that a NUL, or any other sign, may stand in a cookie.
ODD_COOKIES = [
    r'"abcdefgh\000ijklmnopqrstuvwxyz01234"', r'"\000"', "", "a", "a" * 31, "a" * 31 + "-", "a" * 4000, "Ә" * 32,
    r'"\377\"\\"', "%00", "[]", r'"[[\000"', "a:b:c",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/account/", "/account/login/", "/timetable/", "/language/", "/healthz"])
@pytest.mark.parametrize("name", ["session", "csrf", "messages", "language", "theme"])
def test_odd_cookie_is_no_cookie(path: str, name: str) -> None:
    answers = {}
    for value in ODD_COOKIES:
        cookie = f"{name}={value}".encode().decode("latin-1")
        stranger = Client(headers={"Cookie": cookie})
        stranger.raise_request_exception = False
        answers[value] = {getattr(stranger, method)(path).status_code for method in ("get", "post")}

    assert {value: statuses for value, statuses in answers.items() if max(statuses) >= 500} == {}


@pytest.mark.parametrize("name", ["csrf", "messages", "language", "theme"])
def test_odd_cookie_beside_a_session_disturbs_no_page(make_person, signed_in, name: str) -> None:
    session = signed_in(make_person("aigerim", Role.STUDENT)).cookies["session"].value
    answers = []
    for value in ODD_COOKIES:
        client = Client(headers={"Cookie": f"session={session}; {name}={value}".encode().decode("latin-1")})
        answers += [client.get("/account/").status_code, client.get("/").status_code]

    assert answers == [200] * 2 * len(ODD_COOKIES)


def test_cookie_cannot_be_read_by_scripts_nor_sent_from_other_sites(client: Client, make_person, with_password) -> None:
    make_person("aigerim", Role.STUDENT, password=with_password)

    client.post("/account/login/", {"login": "aigerim", "password": "correct horse battery"})

    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
