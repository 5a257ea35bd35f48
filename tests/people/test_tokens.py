from datetime import timedelta

import pytest
from django.test import RequestFactory

from polytech.kernel import clock
from polytech.people.models import ApiToken
from polytech.people.tokens import digest_of, new_key, token_with_scope

pytestmark = pytest.mark.django_db


def make_token(key: str, **fields: object) -> ApiToken:
    return ApiToken.objects.create(name="feed", digest=digest_of(key), **{"scopes": ["sis:write"], **fields})


def request_with(key: str) -> object:
    return RequestFactory().post("/api/sis/", headers={"Authorization": f"Bearer {key}"})


def test_key_with_the_scope_is_let_in_and_its_use_is_kept() -> None:
    key = new_key()
    token = make_token(key)

    assert token_with_scope(request_with(key), "sis:write") == token
    token.refresh_from_db()
    assert token.used_at is not None


def test_second_use_within_a_minute_writes_nothing(django_assert_num_queries) -> None:
    key = new_key()
    make_token(key)
    token_with_scope(request_with(key), "sis:write")

    with django_assert_num_queries(1):
        token_with_scope(request_with(key), "sis:write")


def test_key_without_the_scope_is_kept_out() -> None:
    key = new_key()
    make_token(key, scopes=["sis:read"])

    assert token_with_scope(request_with(key), "sis:write") is None


@pytest.mark.parametrize("gone", ["revoked_at", "expires_at"])
def test_revoked_and_expired_keys_are_kept_out(gone: str) -> None:
    key = new_key()
    make_token(key, **{gone: clock.now() - timedelta(seconds=1)})

    assert token_with_scope(request_with(key), "sis:write") is None


def test_unknown_key_and_missing_header_are_kept_out() -> None:
    assert token_with_scope(request_with(new_key()), "sis:write") is None
    assert token_with_scope(RequestFactory().post("/api/sis/"), "sis:write") is None
