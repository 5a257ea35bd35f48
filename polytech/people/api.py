"""What other rooms may use of people."""

from polytech.people.middleware import hot, public
from polytech.people.models import STAFF_ROLES, ApiToken, OrgUnit, Person, Role, RoleGrant, Session
from polytech.people.viewer import PageData, SignInNeeded, Viewer, find_viewer, read_page

__all__ = [
    "STAFF_ROLES",
    "ApiToken",
    "OrgUnit",
    "PageData",
    "Person",
    "Role",
    "RoleGrant",
    "Session",
    "SignInNeeded",
    "Viewer",
    "find_viewer",
    "hot",
    "public",
    "read_page",
]
