"""What the tables of people refuse, whoever writes: a form, the feed, the operator's own SQL."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from polytech.people.models import OrgUnit, Person, Role, RoleGrant

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 9, 1), date(2026, 12, 19)


def test_unit_is_a_university_a_faculty_or_a_department() -> None:
    for kind in OrgUnit.Kind.values:
        OrgUnit.objects.create(kind=kind, title={})

    with pytest.raises(IntegrityError, match="org_unit_kind"), transaction.atomic():
        OrgUnit.objects.create(kind="shed", title={})


@pytest.mark.parametrize("dates", [(None, None), (FIRST, None), (None, LAST), (FIRST, LAST), (FIRST, FIRST)])
def test_period_of_a_role_may_be_open_at_each_end(dates) -> None:
    person = Person.objects.create(username="aigerim")

    RoleGrant.objects.create(person=person, role=Role.STUDENT, starts_on=dates[0], ends_on=dates[1])

    assert list(person.grants.values_list("starts_on", "ends_on")) == [dates]


def test_period_of_a_role_does_not_end_before_it_starts() -> None:
    person = Person.objects.create(username="aigerim")

    with pytest.raises(IntegrityError, match="role_grant_dates"), transaction.atomic():
        RoleGrant.objects.create(person=person, role=Role.STUDENT, starts_on=LAST, ends_on=FIRST)
