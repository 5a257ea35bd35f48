"""Who holds which role today."""

from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from polytech.kernel import clock
from polytech.people.models import STAFF_ROLES, RoleGrant


def grants_in_force(day: date | None = None) -> QuerySet[RoleGrant]:
    """The grants that are neither ended nor outside their dates on `day` (today)."""
    day = day or clock.today()
    return grants_not_over(day).filter(Q(starts_on=None) | Q(starts_on__lte=day))


def grants_not_over(day: date | None = None) -> QuerySet[RoleGrant]:
    """The grants in force on `day` (today), and those that begin later."""
    day = day or clock.today()
    return RoleGrant.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), ended_at=None)


# `grants_in_force` of one person, in words that need not be put together at every sign-in.
_HOLDS_STAFF_ROLE = """
SELECT EXISTS (SELECT FROM people_rolegrant
                WHERE person_id = %(person_id)s AND role = ANY (%(roles)s) AND ended_at IS NULL
                  AND (starts_on IS NULL OR starts_on <= %(today)s) AND (ends_on IS NULL OR ends_on >= %(today)s))"""


def holds_staff_role(person_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _HOLDS_STAFF_ROLE, {"person_id": person_id, "roles": sorted(STAFF_ROLES), "today": clock.today()}
        )
        [(found,)] = cursor.fetchall()
    return bool(found)
