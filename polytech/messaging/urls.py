"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.messaging import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("announcements/", views.list_announcements),
    path("announcements/write/", views.write_announcement),
    path("announcements/<int:announcement_id>/", views.read_announcement),
    path("announcements/<int:announcement_id>/change/", views.write_announcement),
    path("announcements/<int:announcement_id>/withdraw/", views.withdraw),
    path("announcements/<int:announcement_id>/restore/", views.restore),
]
