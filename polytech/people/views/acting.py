"""Acting for somebody: start, stop, and the sentence where it may not be."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from polytech.ui.api import render_page


def not_while_acting(request: HttpRequest) -> HttpResponse:
    sentence = _("Ways to sign in and other systems stay the person's own: stop acting first.")
    return render_page(request, "people/not_now.html", {"sentence": sentence, "back": "/"}, status=403)
