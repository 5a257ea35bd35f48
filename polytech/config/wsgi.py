"""The web server's entry: Django behind the static files, which never reach it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polytech.config.settings")

django_application = get_wsgi_application()


def _with_static_files(application):  # type: ignore[no-untyped-def]
    from django.conf import settings
    from whitenoise import WhiteNoise

    def immutable(path: str, url: str) -> bool:
        return "/ui/" in url

    if not settings.STATIC_ROOT.exists():
        return application
    served = WhiteNoise(application, immutable_file_test=immutable, max_age=3600)
    served.add_files(str(settings.STATIC_ROOT), prefix="static/")
    return served


application = _with_static_files(django_application)
