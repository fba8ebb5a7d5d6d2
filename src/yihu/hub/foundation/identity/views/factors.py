"""One's own security: the password's age, second factors, recovery codes, sessions."""

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_GET, require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.identity import forms
from yihu.hub.foundation.identity.adapters.factors import FactorAdapter
from yihu.hub.foundation.identity.selectors import list_sessions, needs_second_factor, password_expiry
from yihu.hub.foundation.identity.services.sessions import (
    UnableToEndSessionError,
    end_other_sessions,
    end_session,
)
from yihu.hub.foundation.identity.views.door import passkeys_possible

SECURITY = reverse_lazy("mfa_index")


class SecurityView(IndexView):
    """Everything about one's own sign-in on one page."""

    template_name = "identity/security.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        user, held = self.request.user, found["authenticators"]
        return found | {
            "expiry": password_expiry(user),
            "app": held.get(Authenticator.Type.TOTP),
            "passkeys": held.get(Authenticator.Type.WEBAUTHN, []),
            "codes": held.get(Authenticator.Type.RECOVERY_CODES),
            "needed": settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user),
            "session_count": len(list_sessions(user)),
            "passkeys_possible": passkeys_possible(self.request),
        }


class EnrolAppView(ActivateTOTPView):
    """Set up an authenticator app."""

    form_class = forms.EnrolAppForm
    template_name = "identity/enrol_app.html"


class RemoveAppView(DeactivateTOTPView):
    """Take the authenticator app away."""

    template_name = "identity/remove_app.html"


class AddPasskeyView(AddWebAuthnView):
    """Register a passkey."""

    form_class = forms.AddPasskeyForm
    template_name = "identity/add_passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        found["js_data"] = {"creation_options": begin_registration(self.request.user, True)}
        return found | {"passkeys_possible": passkeys_possible(self.request)}


class RenamePasskeyView(EditWebAuthnView):
    """Give a passkey another name."""

    form_class = forms.RenamePasskeyForm
    template_name = "identity/rename_passkey.html"
    success_url = SECURITY


class RemovePasskeyView(RemoveWebAuthnView):
    """Take a passkey away, unless the post asks for a second factor and it is the last."""

    template_name = "identity/remove_passkey.html"
    success_url = SECURITY

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = FactorAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect(SECURITY)
        return super().form_valid(form)


class CodesView(ViewRecoveryCodesView):
    """The recovery codes, shown once."""

    template_name = "identity/codes.html"


class RenewCodesView(GenerateRecoveryCodesView):
    """New recovery codes; the old ones end."""

    template_name = "identity/renew_codes.html"


@requires("account.self")
@require_GET
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    sessions = list_sessions(request.user)
    return render(request, "identity/sessions.html", {"sessions": sessions, "most": settings.SESSIONS_AT_ONCE})


@requires("account.self")
@require_POST
def end_one(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own sessions."""
    try:
        end_session(user=request.user, number=number, request=request)
    except UnableToEndSessionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "该会话已结束，那台设备须重新登录。")
    return redirect("usersessions_list")


@requires("account.self")
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    ended = end_other_sessions(user=request.user, request=request, reason="本人结束全部")
    messages.success(request, f"已结束其他 {ended} 个会话。" if ended else "没有其他会话。")
    return redirect("usersessions_list")


security = requires("account.self")(SecurityView.as_view())
enrol_app = requires("account.self")(EnrolAppView.as_view())
remove_app = requires("account.self")(RemoveAppView.as_view())
add_passkey = requires("account.self")(AddPasskeyView.as_view())
rename_passkey = requires("account.self")(RenamePasskeyView.as_view())
remove_passkey = requires("account.self")(RemovePasskeyView.as_view())
codes = requires("account.self")(CodesView.as_view())
renew_codes = requires("account.self")(RenewCodesView.as_view())
