"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.kernel import addresses  # noqa: F401 - `key`
from polytech.messaging import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("announcements/", views.list_announcements),
    path("announcements/write/", views.write_announcement),
    path("announcements/<key:announcement_id>/", views.read_announcement),
    path("announcements/<key:announcement_id>/change/", views.write_announcement),
    path("announcements/<key:announcement_id>/withdraw/", views.withdraw),
    path("announcements/<key:announcement_id>/restore/", views.restore),
]
