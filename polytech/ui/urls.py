"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.ui import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("ui/", views.components),
    path("language/<slug:code>/", views.choose_language),
    path("theme/<slug:name>/", views.choose_theme),
    path("manifest.webmanifest", views.manifest),
    path("robots.txt", views.robots),
    path("favicon.ico", views.favicon),
]
