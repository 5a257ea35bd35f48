"""Writes about people: sessions, roles, accounts, acting, keys."""

from polytech.people.session_actions import end_session, end_sessions

__all__ = ["end_session", "end_sessions"]
