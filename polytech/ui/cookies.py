"""The names of the cookies that are no session's: choices of the reader, and sentences for the next page.

Over https they bear the mark by which browsers keep them to this host alone, as the session's does.
"""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage

LANGUAGE = f"{settings.COOKIE_PREFIX}language"
THEME = f"{settings.COOKIE_PREFIX}theme"
MESSAGES = f"{settings.COOKIE_PREFIX}messages"


class Messages(CookieStorage):
    cookie_name = MESSAGES
