"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from polytech.kernel import addresses  # noqa: F401 makes `key` known
from polytech.learning import views, views_offices, views_people

app_name = "learning"
urlpatterns: list[URLPattern | URLResolver] = [
    path("courses/", views.courses, name="courses"),
    path("courses/new/", views_offices.new, name="new"),
    path("courses/without-access/", views_offices.without_access, name="without-access"),
    path("programmes/coverage/", views_offices.coverage, name="coverage"),
    path("courses/<key:course_id>/", views.course, name="course"),
    path("courses/<key:course_id>/participants/", views_people.participants, name="participants"),
    path("courses/<key:course_id>/grades/", views_people.course_grades, name="course-grades"),
    path("courses/<key:course_id>/settings/", views_offices.settings, name="settings"),
    path("courses/<key:course_id>/files/<key:file_id>/<path:name>", views.file, name="file"),
    path("courses/<key:course_id>/<key:element_id>/", views.element, name="element"),
    path("courses/<key:course_id>/<key:element_id>/complete/", views.complete, name="complete"),
    path("grades/", views_people.grades, name="grades"),
]
