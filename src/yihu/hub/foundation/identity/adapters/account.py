"""Accounts: names in any letter case, our lock, our words, our record."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from yihu.hub.base.requests import client_address
from yihu.hub.foundation.identity.selectors import find_person
from yihu.hub.foundation.identity.services import attempts, passwords, sessions

SAID = {
    "account/messages/password_changed.txt": "密码已修改，其他设备上的登录已失效。",
    "mfa/messages/totp_activated.txt": "验证器已启用，下次登录时须输入它显示的六位数字。",
    "mfa/messages/totp_deactivated.txt": "验证器已移除。",
    "mfa/messages/webauthn_added.txt": "通行密钥已登记。",
    "mfa/messages/webauthn_removed.txt": "通行密钥已移除。",
}
METHODS = {
    "reauthenticate": "用密码确认",
    "mfa_reauthenticate": "用验证器或恢复码确认",
    "mfa_reauthenticate:webauthn": "用通行密钥确认",
}


class NameBackend(AuthenticationBackend):
    """Finds the account by the index on small letters; allauth's own comparison would read the whole table."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        user = find_person(username)
        former = user.password if user else ""
        found = self._check_password(user, password)
        if found and found.password != former:
            passwords.follow_rehash(user=found, former=former)
        return found


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of the house about accounts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "账号已停用，请联系本单位系统管理员。",
        "username_password_mismatch": "账号或密码不正确",
        "too_many_login_attempts": "连续出错次数过多，请 15 分钟后再试。",
        "rate_limited": "操作过于频繁，请稍后再试。",
        "enter_current_password": "当前密码不正确",
        "incorrect_password": "密码不正确",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None, require_https=self.request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104 (no address is known)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Accounts have no e-mail; the record and the security page tell instead."""

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            self._attempt = attempts.begin_attempt(
                request=request, username=credentials.get("username", ""), now=timezone.now()
            )
        except attempts.UnableToSignInError as error:
            raise ValidationError(str(error), code="locked") from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        # A disabled account is refused in the words for a wrong password: it tells a guesser nothing.
        if user is None or not user.is_active:
            attempts.note_failure(attempt=self._attempt, request=request)
            return None
        attempts.note_success(attempt=self._attempt)
        return user

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, self.error_messages["account_inactive"])
        return redirect(settings.LOGIN_URL)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        used = [entry.get("type") or entry["method"] for entry in get_authentication_records(request, user)]
        sessions.note_sign_in(user=user, request=request, factors=used)
        return response

    def set_password(self, user: Any, password: str) -> None:
        passwords.set_own_password(user=user, password=password, request=self.request, now=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in of a few minutes ago is as good as being asked again."""
        entries = get_authentication_records(self.request, self.request.user)
        if entries and time.time() - entries[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": METHODS.get(method["id"], method["description"])} for method in methods]
