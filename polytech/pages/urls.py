"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from polytech.pages import timetable


class DayConverter(StringConverter):
    regex = r"\d{4}-\d{2}-\d{2}"


register_converter(DayConverter, "day")

urlpatterns: list[URLPattern | URLResolver] = [
    path("timetable/", timetable.week),
    path("timetable/<day:text>/", timetable.day),
]
