"""What allauth reports about second factors goes into the record."""

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.services.sessions import end_access
from yihu.hub.foundation.org.api import when_leaving

KINDS = {
    Authenticator.Type.TOTP: "验证器",
    Authenticator.Type.WEBAUTHN: "通行密钥",
    Authenticator.Type.RECOVERY_CODES: "恢复码",
}


def connect() -> None:
    """Listen to allauth, and to leaving; called once when the app is ready."""
    when_leaving(_on_leaving)
    signals.authenticator_added.connect(_on_added, dispatch_uid="identity.added")
    signals.authenticator_removed.connect(_on_removed, dispatch_uid="identity.removed")
    signals.authenticator_reset.connect(_on_reset, dispatch_uid="identity.reset")
    signals.authentication_failed.connect(_on_failed, dispatch_uid="identity.failed")


def _note(verb: str, request: HttpRequest, user: Any, authenticator: Authenticator) -> None:
    record(
        verb=verb,
        request=request,
        actor=user,
        target=f"account:{user.get_username()}",
        target_name=KINDS[Authenticator.Type(authenticator.type)],
    )


def _on_leaving(user: Any) -> None:
    end_access(user=user, reason="离岗或停用")


def _on_added(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    _note("account.enrol-factor", request, user, authenticator)


def _on_removed(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    _note("account.remove-factor", request, user, authenticator)


def _on_reset(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    _note("account.renew-codes", request, user, authenticator)


def _on_failed(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    _note("account.factor-failed", request, user, authenticator)
