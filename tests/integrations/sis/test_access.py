"""The rule of the feed: its object check and its queryset filter say the same to everybody."""

import pytest

from polytech.integrations.sis.access import RUN_FEED, may_run_feed
from polytech.integrations.sis.models import Batch
from polytech.people.api import Role, Viewer, find_viewer
from tests.cast import Cast
from tests.factories import PersonFactory, RoleGrantFactory


def viewer_with(role: str, sign_in) -> Viewer:
    person = PersonFactory()
    RoleGrantFactory(person=person, role=role)
    viewer = find_viewer(sign_in(person).session.session_key)
    assert viewer is not None
    return viewer


@pytest.mark.parametrize("role", Role.values)
def test_object_check_and_queryset_agree(role: str, cast: Cast, sign_in) -> None:
    batch = Batch.objects.create(door="api", state="applied", source="x")
    viewer = viewer_with(role, sign_in)

    allowed = role in {"registrar", "administrator"}
    assert may_run_feed(viewer) == allowed
    assert RUN_FEED.allows(viewer, batch) == allowed
    assert list(RUN_FEED.visible(viewer)) == ([batch] if allowed else [])
