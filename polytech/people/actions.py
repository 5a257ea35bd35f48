"""Writes about people, by what they concern: sessions, persons and roles, acting, keys of other systems."""

from polytech.people.acting_actions import start_acting, stop_acting
from polytech.people.client_actions import add_client
from polytech.people.person_actions import (
    end_role,
    end_sessions_of,
    grant_role,
    make_person,
    new_password,
    reset_password,
    reset_second_factor,
)
from polytech.people.session_actions import end_session, end_sessions
from polytech.people.token_actions import make_token, revoke_token

__all__ = [
    "add_client",
    "end_role",
    "end_session",
    "end_sessions",
    "end_sessions_of",
    "grant_role",
    "make_person",
    "make_token",
    "new_password",
    "reset_password",
    "reset_second_factor",
    "revoke_token",
    "start_acting",
    "stop_acting",
]
