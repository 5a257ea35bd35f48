"""Every address of the portal, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from polytech.config import http_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("polytech.people.urls")),
    path("", include("polytech.ui.urls")),
    path("", include("polytech.academics.urls")),
    path("", include("polytech.messaging.urls")),
    path("", include("polytech.learning.urls")),
    path("", include("polytech.integrations.sis.urls")),
    path("", include("polytech.integrations.moodle.urls")),
    path("api/", http_api.urls()),
    path("", include("polytech.pages.urls")),
]

handler400 = "polytech.ui.errors.bad_request"
handler403 = "polytech.ui.errors.forbidden"
handler404 = "polytech.ui.errors.not_found"
handler500 = "polytech.ui.errors.server_error"
