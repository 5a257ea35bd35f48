"""What other rooms may use of people."""

from polytech.people import feed
from polytech.people.iin import IinUnreadable, decrypt, digest, digests, encrypt
from polytech.people.middleware import hot, own, public
from polytech.people.models import STAFF_ROLES, ApiToken, OrgUnit, Person, Role, RoleGrant, Session
from polytech.people.names import full_name, name_in_lists, sort_key_of
from polytech.people.readings import record_reading, recorded
from polytech.people.resealing import count_sealed
from polytech.people.tokens import token_with_scope
from polytech.people.viewer import PageData, SignInNeeded, Viewer, find_viewer, read_page

__all__ = [
    "STAFF_ROLES",
    "ApiToken",
    "IinUnreadable",
    "OrgUnit",
    "PageData",
    "Person",
    "Role",
    "RoleGrant",
    "Session",
    "SignInNeeded",
    "Viewer",
    "count_sealed",
    "decrypt",
    "digest",
    "digests",
    "encrypt",
    "feed",
    "find_viewer",
    "full_name",
    "hot",
    "name_in_lists",
    "own",
    "public",
    "read_page",
    "record_reading",
    "recorded",
    "sort_key_of",
    "token_with_scope",
]
