"""Parts of addresses. Importing this module gives `path("courses/<key:course_id>/", …)`."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class Key(IntConverter):
    """A number that can be a primary key. Longer ones are no address: the database could not hold them."""

    regex = "[0-9]{1,18}"


register_converter(Key, "key")
