"""Who may do what with people."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from polytech.kernel import clock
from polytech.kernel.access import Rule
from polytech.people.models import ApiToken, Person, Role, RoleGrant, Session
from polytech.people.roles import grants_in_force, grants_not_over
from polytech.people.viewer import Viewer

_EVERYWHERE = (Role.ADMINISTRATOR, Role.SUPPORT, Role.QUALITY)
_IN_SCOPE = (Role.REGISTRAR, Role.DEAN)
# Whoever holds one of these has power over others: support neither acts for them nor resets their second factor.
POWERFUL = (Role.ADMINISTRATOR, Role.REGISTRAR, Role.SUPPORT, Role.QUALITY)
_ACTING = (Role.SUPPORT, Role.ADMINISTRATOR)
# What a registrar may give, in their own units.
GIVEN_BY_REGISTRAR = (
    Role.STUDENT, Role.TEACHER, Role.ADVISER, Role.DEAN, Role.METHODOLOGIST, Role.PROCTOR, Role.RESEARCHER,
    Role.LIBRARIAN,
)  # fmt: skip


def _everybody() -> QuerySet[Person]:
    everybody: QuerySet[Person] = Person.objects.all()
    return everybody


def _held_in(units: frozenset[int]) -> Exists:
    return Exists(grants_not_over().filter(person_id=OuterRef("pk"), org_id__in=units))


def _holds_in(person: Person, units: frozenset[int]) -> bool:
    # Whoever begins next month is prepared this month, so roles count before they are in force.
    return grants_not_over().filter(person=person, org_id__in=units).exists()


def _powerful() -> Exists:
    return Exists(grants_in_force().filter(person_id=OuterRef("pk"), role__in=POWERFUL))


def _visible_persons(viewer: Viewer) -> QuerySet[Person]:
    if viewer.has_role(*_EVERYWHERE):
        return _everybody()
    if not viewer.has_role(*_IN_SCOPE):
        return _everybody().none()
    units = viewer.units(*_IN_SCOPE)
    return _everybody() if units is None else _everybody().filter(_held_in(units))


def _sees_person(viewer: Viewer, person: Person) -> bool:
    if viewer.has_role(*_EVERYWHERE):
        return True
    if not viewer.has_role(*_IN_SCOPE):
        return False
    units = viewer.units(*_IN_SCOPE)
    return units is None or _holds_in(person, units)


def _changeable_persons(viewer: Viewer) -> QuerySet[Person]:
    if viewer.has_role(Role.ADMINISTRATOR):
        return _everybody()
    if not viewer.has_role(Role.REGISTRAR):
        return _everybody().none()
    units = viewer.units(Role.REGISTRAR)
    return _everybody() if units is None else _everybody().filter(_held_in(units))


def _changes_person(viewer: Viewer, person: Person) -> bool:
    if viewer.has_role(Role.ADMINISTRATOR):
        return True
    if not viewer.has_role(Role.REGISTRAR):
        return False
    units = viewer.units(Role.REGISTRAR)
    return units is None or _holds_in(person, units)


def _persons_to_act_for(viewer: Viewer) -> QuerySet[Person]:
    if viewer.is_acting or not viewer.has_role(*_ACTING):
        return _everybody().none()
    return _everybody().filter(~_powerful(), is_active=True, ended_at=None).exclude(pk=viewer.person_id)


def _acts_for(viewer: Viewer, person: Person) -> bool:
    if viewer.is_acting or not viewer.has_role(*_ACTING):
        return False
    if person.pk == viewer.person_id or not person.is_active or person.ended_at is not None:
        return False
    return not grants_in_force().filter(person=person, role__in=POWERFUL).exists()


def acting_without_power() -> QuerySet[Session]:
    """The sessions that act for somebody for whom they could not begin to act now: a role changed, or somebody left."""
    may = Exists(grants_in_force().filter(person_id=OuterRef("person_id"), role__in=_ACTING))
    powerful = Exists(grants_in_force().filter(person_id=OuterRef("acting_for_id"), role__in=POWERFUL))
    shut_out = Q(person__is_active=False) | Q(acting_for__is_active=False)
    gone = Q(person__ended_at__isnull=False) | Q(acting_for__ended_at__isnull=False)
    return Session.objects.filter(~may | powerful | shut_out | gone, acting_until__gt=clock.now())


def _persons_to_reset(viewer: Viewer) -> QuerySet[Person]:
    others = _everybody().exclude(pk=viewer.person_id)
    if viewer.has_role(Role.ADMINISTRATOR):
        return others
    return others.filter(~_powerful()) if viewer.has_role(Role.SUPPORT) else _everybody().none()


def _resets(viewer: Viewer, person: Person) -> bool:
    if person.pk == viewer.person_id:
        return False
    if viewer.has_role(Role.ADMINISTRATOR):
        return True
    if not viewer.has_role(Role.SUPPORT):
        return False
    return not grants_in_force().filter(person=person, role__in=POWERFUL).exists()


def _visible_footprints(viewer: Viewer) -> QuerySet[Person]:
    return _everybody() if viewer.has_role(*_EVERYWHERE) else _everybody().filter(pk=viewer.person_id)


def _sees_footprint(viewer: Viewer, person: Person) -> bool:
    return viewer.has_role(*_EVERYWHERE) or person.pk == viewer.person_id


def _visible_tokens(viewer: Viewer) -> QuerySet[ApiToken]:
    return ApiToken.objects.all() if viewer.has_role(Role.ADMINISTRATOR) else ApiToken.objects.none()


SEE_PERSON: Rule[Person] = Rule("see person", _sees_person, _visible_persons)
CHANGE_PERSON: Rule[Person] = Rule("change person", _changes_person, _changeable_persons)
ACT_FOR: Rule[Person] = Rule("act for person", _acts_for, _persons_to_act_for)
RESET_SIGN_IN: Rule[Person] = Rule("reset sign-in", _resets, _persons_to_reset)
SEE_FOOTPRINT: Rule[Person] = Rule("see footprint", _sees_footprint, _visible_footprints)
MANAGE_TOKENS: Rule[ApiToken] = Rule(
    "manage tokens", lambda viewer, _token: viewer.has_role(Role.ADMINISTRATOR), _visible_tokens
)


def may_make_persons(viewer: Viewer) -> bool:
    return viewer.has_role(Role.ADMINISTRATOR, Role.REGISTRAR)


def makes_persons_with_a_role_only(viewer: Viewer) -> bool:
    """Whether the viewer reaches persons by their roles in some units alone, and would lose sight of one without."""
    return not viewer.has_role(Role.ADMINISTRATOR) and viewer.units(Role.REGISTRAR) is not None


def roles_to_give(viewer: Viewer) -> list[Role]:
    """The roles that the viewer may give at all; in which units is `may_give`'s question."""
    if viewer.has_role(Role.ADMINISTRATOR):
        return list(Role)
    return list(GIVEN_BY_REGISTRAR) if viewer.has_role(Role.REGISTRAR) else []


def may_give(viewer: Viewer, role: str, org_id: int | None) -> bool:
    """Whether the viewer may give or end this role in this unit (None: the whole university)."""
    if role not in roles_to_give(viewer):
        return False
    if viewer.has_role(Role.ADMINISTRATOR):
        return True
    units = viewer.units(Role.REGISTRAR)
    return units is None or (org_id is not None and org_id in units)


def may_end(viewer: Viewer, grant: RoleGrant) -> bool:
    return may_give(viewer, grant.role, grant.org_id)
