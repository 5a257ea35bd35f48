"""The portal's API for other systems: one description (`/api/openapi.json`), each room's endpoints under its name."""

from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from polytech.integrations.sis.api import api_router as sis_router
from polytech.people.api import public

api = NinjaAPI(
    title="Polytech Online",
    version="1",
    description="Every call carries `Authorization: Bearer …`: a key made by an administrator for one system.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/sis", sis_router)


def urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """The addresses. Tokens guard them, not sessions, so the wall of sign-in lets them through."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            public(pattern.callback)
    return patterns, app_name, namespace
