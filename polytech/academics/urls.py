"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.academics import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("calendar/<str:secret>.ics", views.calendar_feed),
    path("advised/", views.advised),
    path("timetable/subscribe/", views.subscribe),
    path("timetable/subscribe/new/", views.new_link),
    path("timetable/subscribe/revoke/", views.revoke_link),
]
