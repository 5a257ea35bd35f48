"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.integrations.moodle import views

app_name = "moodle"
urlpatterns: list[URLPattern | URLResolver] = [
    path("courses/<int:course_id>/import/", views.imports, name="import"),
    path("courses/<int:course_id>/import/<int:import_id>/", views.report, name="report"),
    path("courses/<int:course_id>/import/<int:import_id>/report.csv", views.report_csv, name="report-csv"),
    path("courses/<int:course_id>/import/<int:import_id>/state", views.state, name="state"),
]
