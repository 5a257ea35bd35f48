"""Addresses of this room. Those of allauth that nothing leads to (sign-up, email addresses) are not routed."""

from allauth.account import views as account_views
from allauth.socialaccount import views as social_views
from allauth.socialaccount.providers.openid_connect import views as openid_views
from allauth.socialaccount.providers.saml import views as saml_views
from django.urls import URLPattern, URLResolver, include, path, re_path

from polytech.kernel import addresses  # noqa: F401 - `key`
from polytech.people.doors import from_here, signed
from polytech.people.views import account, acting, persons, provider, sign_in, tokens

_password = [
    path("change/", sign_in.password_change, name="account_change_password"),
    path("change/elsewhere/", sign_in.password_change, name="account_set_password"),
    path("reset/", sign_in.password_reset, name="account_reset_password"),
    path("reset/sent/", account_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "reset/done/", account_views.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
]  # fmt: skip

_people = [
    path("", persons.persons, name="persons"),
    path("new/", persons.new_person, name="new-person"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<key:token_id>/revoke/", tokens.revoke, name="revoke-token"),
    path("<key:person_id>/", persons.person, name="person"),
    path("<key:person_id>/role/", persons.give_role, name="give-role"),
    path("<key:person_id>/role/<key:grant_id>/end/", persons.take_role, name="end-role"),
    path("<key:person_id>/act/", acting.start, name="act-for"),
    path("<key:person_id>/password/", persons.reset, {"what": "password"}, name="reset-password"),
    path("<key:person_id>/second-factor/", persons.reset, {"what": "second-factor"}, name="reset-second-factor"),
    path("<key:person_id>/sessions/end/", persons.reset, {"what": "sessions"}, name="end-sessions-of"),
    path("<key:person_id>/footprint/", persons.footprint, name="footprint-of"),
]

_account = [
    path("", account.account, name="account"),
    path("sessions/", account.sessions, name="own-sessions"),
    path("sessions/end/", account.end_one, name="end-session"),
    path("sessions/end-others/", account.end_others, name="end-other-sessions"),
    path("footprint/", account.own_footprint, name="own-footprint"),
    path("acting/stop/", acting.stop, name="stop-acting"),
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("signup/", sign_in.sign_up_closed, name="account_signup"),
    path("3rdparty/signup/", sign_in.sign_up_closed, name="socialaccount_signup"),
    path("3rdparty/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("3rdparty/error/", social_views.login_error, name="socialaccount_login_error"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("password/", include(_password)),
    path("2fa/webauthn/keys/<int:pk>/remove/", sign_in.remove_passkey, name="mfa_remove_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("saml/<str:organization_slug>/login/", from_here(saml_views.login)),
    path("saml/<str:organization_slug>/sls/", signed(saml_views.sls)),
    path("oidc/<str:provider_id>/login/", from_here(openid_views.login)),
    path("", include("allauth.socialaccount.providers.saml.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(_account)),
    path("people/", include(_people)),
    path("identity/o/authorize", provider.authorize),
    path("identity/o/device", provider.not_offered),
    path("identity/o/api/device/code", provider.not_offered),
    path("", include("allauth.idp.urls")),
]
