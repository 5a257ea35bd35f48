"""Who holds which role today."""

from datetime import date
from typing import Any

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


def staff_sql(person: str) -> str:
    """`grants_in_force` of one person, in words that need not be put together at every sign-in.

    Args:
        person: what stands for the person's number.
    """
    return (
        f"EXISTS (SELECT FROM people_rolegrant held WHERE held.person_id = {person}"
        " AND held.role = ANY (%(staff_roles)s) AND held.ended_at IS NULL"
        " AND (held.starts_on IS NULL OR held.starts_on <= %(today)s)"
        " AND (held.ends_on IS NULL OR held.ends_on >= %(today)s))"
    )


def staff_parameters() -> dict[str, Any]:
    return {"staff_roles": sorted(STAFF_ROLES), "today": clock.today()}


def holds_staff_role(person_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {staff_sql('%(person_id)s')}", {"person_id": person_id, **staff_parameters()})
        [(found,)] = cursor.fetchall()
    return bool(found)
