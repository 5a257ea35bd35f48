"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.integrations.sis import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("feed/", views.feed),
    path("feed/<int:batch_id>/", views.report),
    path("feed/<int:batch_id>/apply/", views.apply),
    path("feed/<int:batch_id>/discard/", views.discard),
    path("feed/<int:batch_id>/findings.csv", views.findings),
]
