"""Who holds which role today."""

from datetime import date

from django.db.models import Q, QuerySet

from polytech.kernel import clock
from polytech.people.models import STAFF_ROLES, RoleGrant


def grants_in_force(day: date | None = None) -> QuerySet[RoleGrant]:
    """The grants that are neither ended nor outside their dates on `day` (today)."""
    day = day or clock.today()
    return RoleGrant.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day), ended_at=None
    )


def holds_staff_role(person_id: int) -> bool:
    return grants_in_force().filter(person_id=person_id, role__in=STAFF_ROLES).exists()
