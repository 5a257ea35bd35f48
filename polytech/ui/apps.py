"""The room of the user interface."""

import threading

from django.apps import AppConfig
from django.utils.translation import trans_real


class UiConfig(AppConfig):
    name = "polytech.ui"

    def ready(self) -> None:
        # A page asks for the reader's language a hundred times. Django keeps it where coroutines find it too, which
        # takes ten times as long; the portal's pages are answered by threads.
        trans_real._active = threading.local()  # type: ignore[attr-defined]
