"""Signing in and out, one's own password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import public, requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.forms import OwnPasswordForm, SignInForm
from yihu.hub.foundation.org.services import signing_in


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    target = _after_sign_in(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = signing_in.sign_in(request=request, now=timezone.now(), **form.cleaned_data)
        except signing_in.UnableToSignInError as error:
            form.add_error(None, str(error))
        else:
            login(request, user)
            return redirect(target)
    return render(request, "org/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


def _after_sign_in(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return target if allowed else settings.LOGIN_REDIRECT_URL


@requires("account.self")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    record(verb="account.sign-out", request=request)
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@requires("account.self")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
        record(verb="account.change-password", request=request)
        messages.success(request, "密码已修改，其他设备上的登录已失效。")
        return redirect("desk:home")
    return render(request, "org/password.html", {"form": form})
