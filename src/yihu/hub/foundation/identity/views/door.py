"""Coming in, going out, the second factor at the door, one's own password."""

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yihu.hub.base.access import public, requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity import forms
from yihu.hub.foundation.identity.selectors import has_passkey, password_expiry, source_of
from yihu.hub.foundation.identity.services.sessions import end_other_sessions


def passkeys_possible(request: HttpRequest) -> bool:
    """Browsers bind passkeys to a name: an address in numbers has none."""
    return not source_of(request.get_host().rsplit(":", 1)[0].strip("[]"))


class SignInView(LoginView):
    """Name and password, or a passkey."""

    form_class = forms.SignInForm
    template_name = "identity/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"passkeys_possible": passkeys_possible(self.request)}


class SecondFactorView(AuthenticateView):
    """After the password: a code or a passkey."""

    form_class = forms.SecondFactorForm
    template_name = "identity/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.stage.login.user
        return super().get_context_data(**kwargs) | {
            "person": person,
            "has_passkey": has_passkey(person) and passkeys_possible(self.request),
        }


class OwnPasswordView(PasswordChangeView):
    """Change one's own password; other sessions of the account end."""

    form_class = forms.OwnPasswordForm
    template_name = "identity/password.html"

    def get_default_success_url(self) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def form_valid(self, form: forms.OwnPasswordForm) -> HttpResponse:
        end_other_sessions(user=self.request.user, request=self.request, reason="密码已修改")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"expiry": password_expiry(self.request.user)}


class ConfirmByPasswordView(ReauthenticateView):
    """The password again, before something that matters."""

    form_class = forms.ConfirmByPasswordForm
    template_name = "identity/confirm.html"


class ConfirmByCodeView(ReauthenticateByCodeView):
    """A code again, before something that matters."""

    form_class = forms.ConfirmByCodeForm
    template_name = "identity/confirm.html"


class ConfirmByPasskeyView(ReauthenticateWebAuthnView):
    """A passkey again, before something that matters."""

    template_name = "identity/confirm_passkey.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        super().form_invalid(form)
        return redirect(self.request.get_full_path())


@public
@require_GET
def start_over(request: HttpRequest) -> HttpResponse:
    """Leave a sign-in that waits for its second factor."""
    clear_login(request)
    return redirect(settings.LOGIN_URL)


@requires("account.self")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    record(verb="account.sign-out", request=request)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request, show_message=False)
    return redirect(settings.LOGOUT_REDIRECT_URL)


fresh = method_decorator(never_cache, name="dispatch")
sign_in = public(SignInView.as_view())
sign_in_by_passkey = public(LoginWebAuthnView.as_view())
second_factor = public(SecondFactorView.as_view())
own_password = requires("account.self")(fresh(OwnPasswordView).as_view())
confirm_by_password = requires("account.self")(ConfirmByPasswordView.as_view())
confirm_by_code = requires("account.self")(ConfirmByCodeView.as_view())
confirm_by_passkey = requires("account.self")(ConfirmByPasskeyView.as_view())
