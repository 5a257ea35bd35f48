"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.integrations.sis import views
from polytech.kernel import addresses  # noqa: F401 - `key`

urlpatterns: list[URLPattern | URLResolver] = [
    path("feed/", views.feed),
    path("feed/<key:batch_id>/", views.report),
    path("feed/<key:batch_id>/state", views.state),
    path("feed/<key:batch_id>/look/", views.look),
    path("feed/<key:batch_id>/apply/", views.apply),
    path("feed/<key:batch_id>/discard/", views.discard),
    path("feed/<key:batch_id>/findings.csv", views.findings),
]
