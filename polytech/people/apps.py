"""The room of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "polytech.people"

    def ready(self) -> None:
        from polytech.people import recording  # noqa: F401 - connects the recorders
