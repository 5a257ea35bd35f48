"""The viewer: in whose name a page is read. Found by the session key inside the page's own statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from polytech.footprint.api import VIEW_STATEMENT_SQL
from polytech.kernel import clock
from polytech.people.models import STAFF_ROLES

# One row when the session is valid, none otherwise. While support acts for somebody, that person is the viewer.
# `admitted` is false while a first step is due: to change a made-up password or, of staff, to set up a second factor.
# `below` names the units under those of scoped roles; most people have none, and then nothing is walked.
VIEWER_SQL = """
viewer AS (
    SELECT person.id AS person_id,
           session.person_id AS signed_in_id,
           CASE WHEN session.acting_until > %(now)s THEN session.acting_until END AS acting_until,
           person.username,
           person.language,
           json_build_object(
               'kk', concat_ws(' ', nullif(person.given_kk, ''), nullif(person.family_kk, '')),
               'ru', concat_ws(' ', nullif(person.given_ru, ''), nullif(person.family_ru, '')),
               'en', concat_ws(' ', nullif(person.given_latin, ''), nullif(person.family_latin, ''))
           ) AS name,
           json_build_object(
               'kk', person.given_kk, 'ru', person.given_ru, 'en', person.given_latin
           ) AS given_name,
           held.grants,
           CASE WHEN held.units IS NOT NULL THEN (
               WITH RECURSIVE below AS (
                   SELECT unnest(held.units) AS top, unnest(held.units) AS id
                   UNION
                   SELECT below.top, unit.id FROM below JOIN people_orgunit unit ON unit.parent_id = below.id
               )
               SELECT json_agg(json_build_array(top, id) ORDER BY top, id) FROM below WHERE id <> top
           ) END AS below,
           signed_in.initial_password_until IS NOT NULL AS must_change_password,
           factors.present AS has_second_factor,
           session.acting_until > %(now)s IS TRUE
               OR signed_in.initial_password_until IS NULL
                  AND (factors.present OR NOT held.staff OR NOT %(second_factor_required)s) AS admitted
      FROM people_session session
      JOIN people_person signed_in
        ON signed_in.id = session.person_id AND signed_in.is_active AND signed_in.ended_at IS NULL
      JOIN people_person person
        ON person.id = CASE WHEN session.acting_until > %(now)s THEN session.acting_for_id
                            ELSE session.person_id END
       AND person.is_active AND person.ended_at IS NULL
     CROSS JOIN LATERAL (
           SELECT coalesce(json_agg(json_build_array(role_grant.role, role_grant.org_id) ORDER BY role_grant.id),
                           '[]') AS grants,
                  coalesce(bool_or(role_grant.role <> 'student'), false) AS staff,
                  array_agg(DISTINCT role_grant.org_id)
                      FILTER (WHERE role_grant.org_id IS NOT NULL AND role_grant.role <> 'student') AS units
             FROM people_rolegrant role_grant
            WHERE role_grant.person_id = person.id
              AND role_grant.ended_at IS NULL
              AND (role_grant.starts_on IS NULL OR role_grant.starts_on <= %(today)s)
              AND (role_grant.ends_on IS NULL OR role_grant.ends_on >= %(today)s)
           ) held
     CROSS JOIN LATERAL (
           SELECT EXISTS (SELECT FROM mfa_authenticator factor
                           WHERE factor.user_id = session.person_id AND factor.type IN ('totp', 'webauthn')) AS present
           ) factors
     WHERE session.session_key = %(session_key)s
       AND session.expire_date > %(now)s
       AND session.seen_at > %(now)s - make_interval(mins => session.idle_minutes)
),
touched AS (
    UPDATE people_session SET seen_at = %(now)s
     WHERE session_key = %(session_key)s AND seen_at < %(now)s - interval '5 minutes'
       AND EXISTS (SELECT FROM viewer)
)"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads. `signed_in_id` differs from `person_id` only while support acts for somebody."""

    person_id: int
    signed_in_id: int
    acting_until: datetime | None
    username: str
    language: str
    name: Mapping[str, str]
    given_name: Mapping[str, str]
    grants: tuple[tuple[str, int | None], ...]
    has_second_factor: bool
    below: tuple[tuple[int, int], ...] = ()
    must_change_password: bool = False

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _ in self.grants)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)

    @property
    def is_acting(self) -> bool:
        return self.acting_until is not None

    @property
    def acted_by_id(self) -> int | None:
        """Who really acts, for the footprint; None when it is the person."""
        return self.signed_in_id if self.is_acting else None

    @property
    def lacks_second_factor(self) -> bool:
        """Staff who signed in without a second factor; support acting for somebody always has one."""
        return self.is_staff and not self.has_second_factor and not self.is_acting

    def has_role(self, *roles: str, org_id: int | None = None) -> bool:
        """Whether one of the roles is held: anywhere, or (with `org_id`) for a unit that holds this one, or for all."""
        return any(
            role in roles and (org_id is None or org in (None, org_id) or (org, org_id) in self.below)
            for role, org in self.grants
        )

    def units(self, *roles: str) -> frozenset[int] | None:
        """The units for which one of the roles is held, with everything below them; None is the whole university."""
        tops = {org for role, org in self.grants if role in roles}
        if None in tops:
            return None
        return frozenset(tops | {unit for top, unit in self.below if top in tops})  # type: ignore[arg-type]


class SignInNeeded(Exception):
    """Nobody is signed in; the middleware answers with the way to the sign-in page."""


class PasswordChangeNeeded(Exception):
    """The password is one that the portal made up; the middleware leads to the page where it is changed."""


class SecondFactorNeeded(Exception):
    """A member of staff has no second factor, and the operator requires one; the middleware leads to setting it up."""


@dataclass(frozen=True, slots=True)
class PageData:
    """What a page's one statement gave: who reads, and the page as JSON text (None: not there for this viewer)."""

    viewer: Viewer
    text: str | None

    @property
    def body(self) -> Any:
        return orjson.loads(self.text) if self.text else None


def viewer_from(row: Mapping[str, Any]) -> Viewer:
    until = row["acting_until"]
    return Viewer(
        person_id=row["person_id"],
        signed_in_id=row["signed_in_id"],
        acting_until=datetime.fromisoformat(until) if until else None,
        username=row["username"],
        language=row["language"],
        name=row["name"],
        given_name=row["given_name"],
        grants=tuple((role, org) for role, org in row["grants"]),
        has_second_factor=row["has_second_factor"],
        must_change_password=row["must_change_password"],
        below=tuple((top, unit) for top, unit in row["below"] or ()),
    )


def read_page(
    request: HttpRequest,
    sql: str,
    parameters: Mapping[str, Any],
    *,
    object_kind: str,
    object_id: int | None = None,
    course_id: int | None = None,
    verb: str = "viewed",
) -> PageData:
    """Read a page, who reads it, and record that it was read: in one round trip.

    Args:
        sql: a SELECT of at most one row with one column `body` (json). It may use the CTE `viewer` and the
            parameters `%(now)s`, `%(today)s`, `%(language)s` besides its own.
        parameters: the statement's own parameters.
        object_kind, object_id, course_id, verb: the footprint's words for this reading; recorded only when the
            page is there for the viewer.

    Raises:
        SignInNeeded: the session is missing or over.
        PasswordChangeNeeded: the password is one that the portal made up.
        SecondFactorNeeded: staff must set one up first.
    """
    session_key = request.session.session_key
    if not session_key:
        raise SignInNeeded
    statement = (
        f"WITH {VIEWER_SQL},\n"
        f"page AS MATERIALIZED (SELECT asked.body FROM (\n{sql}\n) asked WHERE (SELECT admitted FROM viewer)),\n"
        f"{VIEW_STATEMENT_SQL}\n"
        "SELECT row_to_json(viewer)::text, (SELECT body::text FROM page) FROM viewer"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                **_who_and_when(session_key),
                "language": getattr(request, "LANGUAGE_CODE", "kk"),
                "verb": verb,
                "object_kind": object_kind,
                "object_id": object_id,
                "course_id": course_id,
                "address": request.META.get("REMOTE_ADDR") or None,
                **parameters,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise SignInNeeded
    viewer = viewer_from(orjson.loads(row[0]))
    request.viewer = viewer  # type: ignore[attr-defined]
    if viewer.must_change_password and not viewer.is_acting:
        raise PasswordChangeNeeded
    if settings.SECOND_FACTOR == "required" and viewer.lacks_second_factor:
        raise SecondFactorNeeded
    return PageData(viewer, row[1])


def _who_and_when(session_key: str) -> dict[str, Any]:
    """The parameters of `VIEWER_SQL`."""
    now = clock.now()
    return {
        "session_key": session_key,
        "now": now,
        "today": now.date(),
        "second_factor_required": settings.SECOND_FACTOR == "required",
    }


def find_viewer(session_key: str | None) -> Viewer | None:
    """The viewer of a session, for pages that are not hot."""
    if not session_key:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {VIEWER_SQL} SELECT row_to_json(viewer)::text FROM viewer",
            _who_and_when(session_key),
        )
        row = cursor.fetchone()
    return viewer_from(orjson.loads(row[0])) if row else None
