"""The form of an access rule: an object check and a queryset filter that must agree."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404


class Viewer(Protocol):
    """In whose name a page is read or an action done (`people.api.Viewer` is the real one)."""

    @property
    def person_id(self) -> int: ...

    def has_role(self, *roles: str, org_id: int | None = None) -> bool: ...


M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Rule(Generic[M]):
    """Who may do one thing with objects of one model.

    `allows` answers for one object, `visible` gives the rows for which it says yes;
    tests/<room>/test_access.py proves on generated rows that they agree.
    """

    name: str
    allows: Callable[[Any, M], bool]
    visible: Callable[[Any], QuerySet[M]]

    def get(self, viewer: Viewer, *, read: "Rule[M] | None" = None, **lookup: object) -> M:
        """The object, authorised by the query that fetches it; only a refusal takes a second one.

        Raises:
            Http404: a stranger asks: not even existence is told.
            PermissionDenied: the viewer may read it (by `read`) but not do this.
        """
        found = self.visible(viewer).filter(**lookup).first()
        if found is not None:
            return found
        if read is not None and read.visible(viewer).filter(**lookup).exists():
            raise PermissionDenied(self.name)
        raise Http404
