"""What the feed writes of people: units, persons and their roles, as statements over whole sets (decision 0030)."""

from polytech.kernel.feeding import Cursor, Fed, FedTable, Reference
from polytech.people.acting_actions import stop_acting_in, stop_acting_without_power
from polytech.people.models import Session

UNITS = FedTable(
    table="people_orgunit",
    fed=(Fed("kind"), Fed("title", "jsonb")),
    references=(Reference("parent", "people_orgunit"),),
)

# What the feed does not say of an IIN, it does not take away.
_DIGEST = "coalesce(s.iin_digest, t.iin_digest)"

PERSONS = FedTable(
    table="people_person",
    fed=(
        Fed("username"),
        Fed("email"),
        Fed("family_kk"),
        Fed("given_kk"),
        Fed("middle_kk"),
        Fed("family_ru"),
        Fed("given_ru"),
        Fed("middle_ru"),
        Fed("family_latin"),
        Fed("given_latin"),
        Fed("sort_key"),
        Fed("is_active", "boolean"),
        Fed("source", now="'feed'"),
        Fed("iin_digest", now=_DIGEST),
    ),
    # The language is the person's own choice after the first time. Nobody signs in with the password '!'.
    at_first={
        "language": "s.language", "password": "'!'", "created_at": "now()", "iin_encrypted": "s.iin_encrypted",
    },
    besides={
        "iin_encrypted": "CASE WHEN s.iin_digest IS NULL OR s.iin_digest IS NOT DISTINCT FROM t.iin_digest "
        "THEN t.iin_encrypted ELSE s.iin_encrypted END",
    },
    when_ended={"is_active": "false"},
    staged_only=(Fed("language"), Fed("iin_encrypted", "bytea"), Fed("adopts", "bigint")),
)  # fmt: skip

GRANTS = FedTable(
    table="people_rolegrant",
    fed=(Fed("role"), Fed("starts_on", "date"), Fed("ends_on", "date")),
    references=(Reference("person", "people_person", adopts="adopts"), Reference("org", "people_orgunit")),
    steps_aside=True,
    once=("person", "role", "org"),
)


def find_taken_usernames(cursor: Cursor) -> list[tuple[int, str]]:
    """Staged persons whose username another account has: (line, username). Accounts they adopt are their own."""
    cursor.execute(
        f"SELECT s.line, s.username FROM {PERSONS.stage} s JOIN people_person t ON t.username = s.username "
        "WHERE s.op = 'a' AND t.sourced_id IS DISTINCT FROM s.sourced_id AND t.id IS DISTINCT FROM s.adopts "
        "ORDER BY s.line"
    )
    return list(cursor.fetchall())


def find_same_iin(cursor: Cursor, *, complete: bool) -> list[tuple[int, str, bool]]:
    """Staged persons whose IIN is that of another account: (line, its username, adopted).

    An account made by hand, or one that the feed has ended or ends now under another identifier, is the same human
    being: it is adopted (`adopts` is staged). One that the feed keeps under another identifier is a contradiction.

    Args:
        complete: the input holds all persons, so that those of the feed that are missing in it are ended.
    """
    cursor.execute(
        f"WITH same AS (SELECT s.line, t.id, t.username, t.sourced_id IS NULL OR ((t.ended_at IS NOT NULL OR %s)"
        f" AND NOT EXISTS (SELECT FROM {PERSONS.stage} o WHERE o.sourced_id = t.sourced_id)) AS free"
        f" FROM {PERSONS.stage} s JOIN people_person t ON t.iin_digest = s.iin_digest"
        " WHERE s.op = 'a' AND t.sourced_id IS DISTINCT FROM s.sourced_id), "
        f"adopted AS (UPDATE {PERSONS.stage} s SET adopts = same.id FROM same"
        " WHERE s.line = same.line AND same.free"
        " AND NOT EXISTS (SELECT FROM people_person known WHERE known.sourced_id = s.sourced_id)"
        " RETURNING s.line) "
        "SELECT same.line, same.username, adopted.line IS NOT NULL"
        " FROM same LEFT JOIN adopted USING (line) ORDER BY same.line",
        [complete],
    )
    return list(cursor.fetchall())


def adopt_accounts(cursor: Cursor) -> None:
    """Give adopted accounts the feed's identifier. From then on they are like all others of the feed."""
    cursor.execute(
        f"UPDATE people_person t SET sourced_id = s.sourced_id FROM {PERSONS.stage} s "
        "WHERE s.op = 'a' AND s.adopts IS NOT NULL AND t.id = s.adopts"
    )


def lines_with_new_iin(cursor: Cursor) -> list[tuple[int, str]]:
    """Of the staged persons that differ: line and digest, where the number itself has to be sealed."""
    cursor.execute(
        f"SELECT d.line, s.iin_digest FROM {PERSONS.differences} d JOIN {PERSONS.stage} s ON s.line = d.line "
        "LEFT JOIN people_person t ON t.id = d.id "
        "WHERE s.iin_digest IS NOT NULL AND s.iin_digest IS DISTINCT FROM t.iin_digest"
    )
    return list(cursor.fetchall())


def count_disabled(cursor: Cursor) -> int:
    """How many persons who may sign in today are staged as disabled."""
    cursor.execute(
        f"SELECT count(*) FROM {PERSONS.differences} d JOIN {PERSONS.stage} s ON s.line = d.line "
        "JOIN people_person t ON t.id = d.id WHERE d.act = 'u' AND t.is_active AND NOT s.is_active"
    )
    return int(cursor.fetchone()[0])


def persons_to_end(cursor: Cursor, most: int) -> list[tuple[str, str]]:
    """Who would be ended, at most so many: identifier and name, in the order of lists."""
    cursor.execute(
        "SELECT t.sourced_id, coalesce(nullif(concat_ws(' ', nullif(t.family_kk, ''), nullif(t.given_kk, '')), ''),"
        " nullif(concat_ws(' ', nullif(t.family_ru, ''), nullif(t.given_ru, '')), ''),"
        " nullif(concat_ws(' ', nullif(t.family_latin, ''), nullif(t.given_latin, '')), ''), t.username)"
        f" FROM {PERSONS.differences} d JOIN people_person t ON t.id = d.id WHERE d.act = 'e'"
        " ORDER BY t.sort_key, t.id LIMIT %s",
        [most],
    )
    return list(cursor.fetchall())


def end_sessions_of_inactive(cursor: Cursor) -> None:
    """End the sessions of everybody whom this batch has ended or disabled, and what others do in their name."""
    stop_acting_without_power()
    _end_sessions_of(
        cursor, f"SELECT t.id FROM people_person t JOIN {PERSONS.differences} d ON d.id = t.id WHERE NOT t.is_active"
    )


def end_sessions_of_new_staff(cursor: Cursor) -> None:
    """End the sessions of everybody to whom this batch gives a staff role: the next ones are those of staff.

    Whoever acts for somebody and has lost the role for it with this batch, or for somebody who has gained power, stops.
    """
    stop_acting_without_power()
    _end_sessions_of(
        cursor,
        f"SELECT d.person_id FROM {GRANTS.differences} d JOIN {GRANTS.stage} s ON s.line = d.line "
        "WHERE s.role <> 'student'",
    )


def _end_sessions_of(cursor: Cursor, person_ids: str) -> None:
    cursor.execute(
        f"SELECT session_key FROM people_session WHERE acting_until IS NOT NULL AND person_id IN ({person_ids})"
    )
    stop_acting_in(Session.objects.filter(pk__in=[key for (key,) in cursor.fetchall()]))
    cursor.execute(f"DELETE FROM people_session WHERE person_id IN ({person_ids})")
    cursor.execute(f"DELETE FROM allauth_idp_oidc_token WHERE user_id IN ({person_ids})")
