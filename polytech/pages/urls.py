"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from polytech.pages import alarms, guide, home, timetable


class DayConverter(StringConverter):
    regex = r"\d{4}-\d{2}-\d{2}"


register_converter(DayConverter, "day")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home),
    path("about/", guide.about),
    path("about/browsers/", guide.browsers),
    path("about/system/", guide.system),
    path("help/", guide.guide),
    path("timetable/", timetable.week),
    path("timetable/problems/", alarms.alarms),
    path("timetable/<day:text>/", timetable.day),
]
