"""Signing in: the light page, and the doors to allauth's flows."""

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.stagekit import unstash_login
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.webauthn import views as passkey_views
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from polytech.people.demo import demo_sign_ins
from polytech.people.middleware import public
from polytech.people.refusals import CLOSED, show_refusal
from polytech.people.sign_in_forms import SignInForm
from polytech.ui.api import render_page


def sign_in_context(request: HttpRequest) -> dict[str, object]:
    """What the sign-in page shows besides the form; nothing of it asks the database."""
    doors = []
    if "openid_connect" in settings.SOCIALACCOUNT_PROVIDERS:
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        doors.append((f"/account/oidc/{app['provider_id']}/login/", app["name"]))
    if "saml" in settings.SOCIALACCOUNT_PROVIDERS:
        app = settings.SOCIALACCOUNT_PROVIDERS["saml"]["APPS"][0]
        doors.append((f"/account/saml/{app['client_id']}/login/", app["name"]))
    return {
        "doors": doors,
        "next_url": request.GET.get("next") or request.POST.get("next") or "",
        "contact": settings.CONTACT,
        "can_reset": bool(settings.EMAIL_HOST),
        "demo": demo_sign_ins() if settings.DEMO else (),
    }


@public
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The page is drawn here, without allauth's machinery; what is sent goes through its form and its flow."""
    if request.viewer is not None:  # type: ignore[attr-defined]
        wanted = request.GET.get("next", "")
        return HttpResponseRedirect(wanted if wanted and get_adapter().is_safe_url(wanted) else "/")
    if request.method in ("GET", "HEAD"):
        if request.session.session_key:
            # Whoever comes here again begins anew: a second step that was left open would refuse the passkey.
            unstash_login(request)
        return render_page(request, "account/login.html", {**sign_in_context(request), "form": None})
    return _sign_in_with_password(request)


@sensitive_post_parameters("password")
def _sign_in_with_password(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST, request=request)
    if not form.is_valid():
        return render_page(request, "account/login.html", {**sign_in_context(request), "form": form})
    try:
        return form.login(request, redirect_url=get_next_redirect_url(request))
    except ImmediateHttpResponse as refusal:
        return refusal.response


@public
def sign_up_closed(request: HttpRequest) -> HttpResponse:
    return show_refusal(request, CLOSED)


@public
def password_reset(request: HttpRequest) -> HttpResponseBase:
    """By a link in an email, where the operator has told us how to send any."""
    if not settings.EMAIL_HOST:
        raise Http404
    return account_views.password_reset(request)


@login_required
def password_change(request: HttpRequest) -> HttpResponseBase:
    """Only of a password that the portal keeps: those of the directory are changed there."""
    if not request.user.has_usable_password():  # type: ignore[union-attr]
        return render_page(request, "people/password_elsewhere.html", {"contact": settings.CONTACT})
    return account_views.password_change(request)


@login_required
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """allauth asks the adapter before an app is removed, but not before a passkey."""
    from allauth.mfa.adapter import get_adapter as factor_adapter
    from allauth.mfa.models import Authenticator

    passkey = Authenticator.objects.filter(pk=pk, user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN).first()
    if passkey is not None and not factor_adapter().can_delete_authenticator(passkey):
        sentence = factor_adapter().error_messages["cannot_delete_authenticator"]
        return render_page(request, "people/not_now.html", {"sentence": sentence, "back": "/account/2fa/"}, status=409)
    return passkey_views.remove_webauthn(request, pk=pk)
