"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.integrations.moodle import views
from polytech.kernel import addresses  # noqa: F401 - `key`

app_name = "moodle"
urlpatterns: list[URLPattern | URLResolver] = [
    path("courses/<key:course_id>/import/", views.imports, name="import"),
    path("courses/<key:course_id>/import/<key:import_id>/", views.report, name="report"),
    path("courses/<key:course_id>/import/<key:import_id>/report.csv", views.report_csv, name="report-csv"),
    path("courses/<key:course_id>/import/<key:import_id>/state", views.state, name="state"),
]
