"""Every page of the room answers in its language, to those who may read it."""

import re
from datetime import timedelta

import pytest

from polytech.footprint.api import Statement
from polytech.kernel import clock
from polytech.people.actions import reset_password
from polytech.people.models import ApiToken, Person, Role, RoleGrant, Session

pytestmark = pytest.mark.django_db

OWN_PAGES = [
    "/account/",
    "/account/sessions/",
    "/account/footprint/",
    "/account/2fa/",
    "/account/2fa/webauthn/",
    "/account/password/change/",
    "/account/logout/",
]
STAFF_PAGES = ["/people/", "/people/{id}/", "/people/{id}/footprint/"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_pages_are_there_in_three_languages(
    make_person, signed_in, with_password, path: str, language: str
) -> None:
    client = signed_in(make_person("aigerim", Role.STUDENT, given_kk="Айгерім", password=with_password))

    answer = client.get(path, headers={"Accept-Language": language})

    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize("path", OWN_PAGES)
def test_strangers_are_sent_to_sign_in(client, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer["Location"][:15]) == (302, "/account/login/") or path == "/account/logout/"


@pytest.mark.parametrize(
    ("role", "seen"),
    [(role, role in {"administrator", "support", "quality", "registrar", "dean"}) for role in Role.values],
)
def test_people_are_listed_for_those_who_care_for_them(make_person, signed_in, role: str, seen: bool) -> None:
    client = signed_in(make_person("reader", Role(role)))

    assert client.get("/people/").status_code == (200 if seen else 404)


def test_person_is_found_by_any_part_of_the_name_in_any_script(make_person, signed_in) -> None:
    make_person("a.nurlan", family_kk="Нұрлан", given_kk="Айгерім", family_latin="Nurlan", given_latin="Aigerim")
    make_person("b.kim", family_ru="Ким", given_ru="Борис")
    client = signed_in(make_person("root", Role.ADMINISTRATOR))

    found = [
        re.findall(r"/people/(\d+)/", client.get("/people/", {"q": words}).content.decode())
        for words in ("айгерім нұрлан", "NURLAN", "бор ки", "a.nur", "%")
    ]

    a, b = (str(Person.objects.get(username=name).pk) for name in ("a.nurlan", "b.kim"))
    assert found == [[a], [a], [b], [a], []]


def test_list_goes_on_after_fifty_in_the_order_of_the_kazakh_alphabet(make_person, signed_in) -> None:
    for number in range(55):
        make_person(f"p{number:02}", family_kk="А", sort_key=f"{number:02}")
    client = signed_in(make_person("root", Role.ADMINISTRATOR, sort_key="99"))

    first = client.get("/people/").content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = client.get("/people/" + following[1].replace("&amp;", "&")).content.decode()

    assert len(set(re.findall(r"/people/(\d+)/", first))) == 50
    assert len(set(re.findall(r"/people/(\d+)/", second))) == 6


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_four_queries_however_many_stand_in_it(
    make_person, signed_in, django_assert_num_queries, count: int
) -> None:
    for number in range(count):
        make_person(f"p{number}", Role.STUDENT)
    client = signed_in(make_person("root", Role.ADMINISTRATOR))

    with django_assert_num_queries(4):
        client.get("/people/")


@pytest.mark.requirement("R1-07")
def test_account_made_by_hand_is_flagged_and_its_password_shown_once(make_person, signed_in) -> None:
    client = signed_in(make_person("root", Role.ADMINISTRATOR, source="feed"))

    answer = client.post("/people/new/", {"username": "Guest", "family_latin": "Guest", "given_latin": "Ann"})

    made = Person.objects.get(username="guest")
    password = re.findall(r"<code>([^<]+)</code>", answer.content.decode())[1]
    assert made.check_password(password)
    assert made.source == "hand"
    assert "created manually" in client.get("/people/", {"hand": "1"}).content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert Statement.objects.filter(verb="created", object_kind="person", object_id=made.pk).count() == 1


def test_account_with_a_taken_name_or_a_wrong_iin_is_refused_beside_the_field(make_person, signed_in) -> None:
    client = signed_in(make_person("root", Role.ADMINISTRATOR))

    answer = client.post("/people/new/", {"username": "root", "family_kk": "А", "number": "040512650121"})
    text = answer.content.decode()

    assert "This is not an IIN" in text
    taken = client.post("/people/new/", {"username": "root", "family_kk": "А"}).content.decode()
    assert "This username is taken." in taken
    assert Person.objects.count() == 1


def test_registrar_gives_roles_only_below_their_own_unit(make_person, signed_in, units) -> None:
    student = make_person("student", Role.STUDENT, org=units["department"])
    stranger = make_person("stranger", Role.STUDENT, org=units["other"])
    client = signed_in(make_person("registrar", Role.REGISTRAR, org=units["faculty"]))

    given = client.post(f"/people/{student.pk}/role/", {"role": "teacher", "org": units["department"].pk})
    elsewhere = client.post(f"/people/{student.pk}/role/", {"role": "teacher", "org": units["other"].pk})
    too_much = client.post(f"/people/{student.pk}/role/", {"role": "administrator", "org": units["faculty"].pk})

    assert given.status_code == 302
    assert elsewhere.status_code == too_much.status_code == 200
    assert client.get(f"/people/{stranger.pk}/").status_code == 404
    held = set(RoleGrant.objects.filter(person=student).values_list("role", "org_id"))
    assert held == {("student", units["department"].pk), ("teacher", units["department"].pk)}


GUEST = {"username": "guest", "family_latin": "Guest", "given_latin": "Ann"}


def test_registrar_of_a_faculty_makes_an_account_with_a_role_there_and_reaches_it(
    make_person, signed_in, units
) -> None:
    client = signed_in(make_person("registrar", Role.REGISTRAR, org=units["faculty"]))

    client.post("/people/new/", {**GUEST, "role": "teacher", "org": units["department"].pk})

    made = Person.objects.get(username="guest")
    assert list(made.grants.values_list("role", "org_id")) == [("teacher", units["department"].pk)]
    assert [client.get(f"/people/{made.pk}/{page}").status_code for page in ("", "role/")] == [200, 200]


@pytest.mark.parametrize(
    "role", [{}, {"role": "teacher"}, {"role": "teacher", "org": "other"}, {"role": "registrar", "org": "faculty"}]
)
def test_registrar_of_a_faculty_makes_nobody_whom_they_would_not_reach(make_person, signed_in, units, role) -> None:
    client = signed_in(make_person("registrar", Role.REGISTRAR, org=units["faculty"]))
    sent = {**role, "org": units[role["org"]].pk} if "org" in role else role

    answer = client.post("/people/new/", {**GUEST, **sent})

    assert (answer.status_code, Person.objects.filter(username="guest").count()) == (200, 0)


def test_account_without_a_role_is_made_by_those_who_reach_everybody(make_person, signed_in, units) -> None:
    client = signed_in(make_person("registrar", Role.REGISTRAR))

    client.post("/people/new/", GUEST)
    half = client.post("/people/new/", {**GUEST, "username": "half", "org": units["faculty"].pk}).content.decode()

    assert client.get(f"/people/{Person.objects.get(username='guest').pk}/").status_code == 200
    assert "Choose the role as well." in half


@pytest.mark.parametrize(
    ("from_today", "until", "reached"), [(30, None, 200), (30, 60, 200), (-30, 0, 200), (-30, -1, 404)]
)
def test_registrar_reaches_people_before_their_role_begins_and_not_after(
    make_person, signed_in, units, from_today: int, until: int | None, reached: int
) -> None:
    person, day = make_person("ayan"), clock.today()
    RoleGrant.objects.create(
        person=person,
        role=Role.TEACHER,
        org=units["department"],
        starts_on=day + timedelta(days=from_today),
        ends_on=None if until is None else day + timedelta(days=until),
    )
    client = signed_in(make_person("registrar", Role.REGISTRAR, org=units["faculty"]))

    answers = [client.get(f"/people/{person.pk}/{page}").status_code for page in ("", "role/")]

    assert answers == [reached, reached]


def test_ended_role_stays_as_history(make_person, signed_in) -> None:
    student = make_person("student", Role.STUDENT)
    client = signed_in(make_person("root", Role.ADMINISTRATOR))
    grant = student.grants.get()

    client.post(f"/people/{student.pk}/role/{grant.pk}/end/")

    grant.refresh_from_db()
    assert grant.ended_at is not None
    assert "Roles of the past" in client.get(f"/people/{student.pk}/").content.decode()


@pytest.mark.parametrize(("sourced_id", "comes_back"), [(None, False), ("r17", True)])
def test_page_says_that_a_role_of_the_feed_comes_back(make_person, signed_in, sourced_id, comes_back: bool) -> None:
    student = make_person("student")
    grant = RoleGrant.objects.create(person=student, role=Role.STUDENT, sourced_id=sourced_id)
    client = signed_in(make_person("root", Role.ADMINISTRATOR))

    before = client.get(f"/people/{student.pk}/").content.decode()
    after = client.post(f"/people/{student.pk}/role/{grant.pk}/end/", follow=True).content.decode()

    assert ("ended here alone, they come back with the next delivery" in before) is comes_back
    assert ("The role is ended until the next delivery." in after) is comes_back
    assert ("The role is ended." in after) is not comes_back


def test_reader_who_may_end_nothing_is_not_told_where_roles_end(make_person, signed_in) -> None:
    student = make_person("student")
    RoleGrant.objects.create(person=student, role=Role.STUDENT, sourced_id="r17")

    page = signed_in(make_person("quality", Role.QUALITY)).get(f"/people/{student.pk}/").content.decode()

    assert "they come back with the next delivery" not in page


def test_look_at_somebodys_trail_is_itself_recorded(make_person, signed_in) -> None:
    student, root = make_person("student", Role.STUDENT), make_person("root", Role.QUALITY)

    answer = signed_in(root).get(f"/people/{student.pk}/footprint/")

    looks = Statement.objects.filter(object_kind="footprint").values_list("actor_id", "object_id", "verb")
    assert answer.status_code == 200
    assert list(looks) == [(root.pk, student.pk, "viewed")]


def test_key_of_a_system_is_shown_once_and_can_be_revoked(make_person, signed_in) -> None:
    client = signed_in(make_person("root", Role.ADMINISTRATOR))

    made = client.post("/people/tokens/", {"name": "Student portal", "scopes": ["sis:write"]}).content.decode()
    token = ApiToken.objects.get()

    assert re.search(r"<code>pt_[\w-]{43}</code>", made)
    assert ("Bring in deliveries of the student information system" in made, "sis:write:" in made) == (True, False)
    assert "<code>pt_" not in client.get("/people/tokens/").content.decode()
    client.post(f"/people/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_session_is_listed_with_its_device_and_ended_by_its_person(make_person, signed_in) -> None:
    person = make_person("aigerim", Role.STUDENT)
    here, there = signed_in(person), signed_in(person)
    there.get("/account/")
    phone = Session.objects.exclude(pk=here.session.session_key).get()
    Session.objects.filter(pk=phone.pk).update(device="Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari")

    page = here.get("/account/sessions/").content.decode()
    digest = re.search(r'name="session" value="(\w+)"', page)[1]
    here.post("/account/sessions/end/", {"session": digest})

    assert "Chrome · Android" in page
    assert phone.pk not in page
    assert there.get("/account/")["Location"].startswith("/account/login/")
    assert here.get("/account/").status_code == 200


def test_signing_out_everywhere_ends_the_other_sessions_at_once(make_person, signed_in) -> None:
    person = make_person("aigerim", Role.STUDENT)
    here, there = signed_in(person), signed_in(person)

    here.post("/account/sessions/end-others/")

    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_somebody_elses_session_cannot_be_ended(make_person, signed_in) -> None:
    from polytech.people.queries import digest_of_session

    victim, attacker = signed_in(make_person("a", Role.STUDENT)), signed_in(make_person("b", Role.STUDENT))

    attacker.post("/account/sessions/end/", {"session": digest_of_session(victim.session.session_key)})

    assert victim.get("/account/").status_code == 200


def trail(page: str) -> list[str]:
    """The lines of a trail: what was done, and its details."""
    rows = re.findall(r'<tr><th scope="row".*?</tr>', page, re.S)
    cells = [[re.sub(r"<[^>]+>", " ", cell.partition(">")[2]) for cell in row.split("<td")[1:3]] for row in rows]
    return [" | ".join(" ".join(cell.split()) for cell in row) for row in cells]


WHY = "Rang from the dean’s phone"


@pytest.mark.parametrize(
    ("what", "read"),
    [
        ("password", "changed: password № {id} by staff | " + WHY),
        ("second-factor", "changed: second factor № {id} by staff | " + WHY),
        ("sessions/end", "ended: session № {id} by staff | " + WHY),
    ],
)
def test_person_reads_what_support_did_to_the_account_and_why(make_person, signed_in, what: str, read: str) -> None:
    student, support = make_person("aigerim", Role.STUDENT), make_person("support", Role.SUPPORT)
    signed_in(student)

    signed_in(support).post(f"/people/{student.pk}/{what}/", {"reason": WHY})
    # After a new password the person changes it first, and then reads.
    Person.objects.update(initial_password_until=None)

    own = trail(signed_in(student).get("/account/footprint/").content.decode())
    assert read.format(id=student.pk) in own


def test_office_finds_in_its_own_trail_whose_account_it_changed(make_person, signed_in) -> None:
    student, support = make_person("aigerim", Role.STUDENT), make_person("support", Role.SUPPORT)
    client = signed_in(support)
    signed_in(student)

    client.post(f"/people/{student.pk}/password/", {"reason": WHY})

    assert trail(client.get("/account/footprint/").content.decode()) == [
        f"ended: session № {student.pk} account № {student.pk} | a new password was given",
        f"changed: password № {student.pk} account № {student.pk} | {WHY}",
    ]


def test_sessions_of_somebody_are_ended_at_once_and_not_without_a_reason(make_person, signed_in) -> None:
    student = make_person("aigerim", Role.STUDENT)
    there, support = signed_in(student), signed_in(make_person("support", Role.SUPPORT))

    support.post(f"/people/{student.pk}/sessions/end/")
    before = there.get("/account/").status_code
    support.post(f"/people/{student.pk}/sessions/end/", {"reason": WHY})

    assert (before, there.get("/account/").status_code) == (200, 302)


def test_person_reads_that_the_operator_gave_a_new_password(make_person, signed_in) -> None:
    person = make_person("aigerim", Role.STUDENT)
    reset_password(viewer=None, person=person)
    Person.objects.update(initial_password_until=None)

    own = trail(signed_in(person).get("/account/footprint/").content.decode())

    assert own == [f"changed: password № {person.pk} | by the operator of the portal"]
