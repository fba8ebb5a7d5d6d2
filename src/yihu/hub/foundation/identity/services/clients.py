"""Other systems that sign people on through us: registered, given a new secret, disabled, enabled."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.choices import ClientScope
from yihu.hub.foundation.identity.models import ClientRegistration


class UnableToRegisterClientError(UnableTo):
    """An address or a scope cannot be allowed."""


class UnableToChangeClientError(UnableTo):
    """The system is not in the state the change is for."""


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """
    A system as the security administrator describes it.

    `redirect_uris` are where people come back after signing on, `logout_uris` after signing out; both are compared
    letter by letter. A `trusted` system is part of the house: people are not asked for consent.
    """

    name: str
    purpose: str
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    trusted: bool


@transaction.atomic
def register_client(*, draft: ClientDraft, request: HttpRequest, now: datetime) -> tuple[ClientRegistration, str]:
    """
    Register a system; the secret is returned this once, only its hash is kept.

    :raises UnableToRegisterClientError: no or unsafe addresses
    """
    client = Client(type=Client.Type.CONFIDENTIAL, grant_types="authorization_code", response_types="code")
    secret = _new_secret(client)
    _describe(client, draft)
    client.save()
    registration = ClientRegistration.objects.create(
        client=client, purpose=draft.purpose, registered_by=request.user.get_username(), secret_set_at=now
    )
    _note("client.register", registration, request, redirect_uris=draft.redirect_uris, scopes=draft.scopes)
    return registration, secret


@transaction.atomic
def change_client(*, registration: ClientRegistration, draft: ClientDraft, request: HttpRequest) -> None:
    """
    Describe a system anew; what it was given before ends.

    :raises UnableToRegisterClientError: no or unsafe addresses
    """
    client = registration.client
    before = {"redirect_uris": client.get_redirect_uris(), "scopes": client.get_scopes()}
    _describe(client, draft)
    client.save()
    registration.purpose = draft.purpose
    registration.save(update_fields=["purpose"])
    _drop_tokens(client)
    after = {"redirect_uris": client.get_redirect_uris(), "scopes": client.get_scopes()}
    _note("client.change", registration, request, before=before, after=after)


@transaction.atomic
def rotate_secret(*, registration: ClientRegistration, request: HttpRequest, now: datetime) -> str:
    """Give a system a new secret, returned this once; the old one and what it obtained end now."""
    secret = _new_secret(registration.client)
    registration.client.save(update_fields=["secret"])
    registration.secret_set_at = now
    registration.save(update_fields=["secret_set_at"])
    _drop_tokens(registration.client)
    _note("client.rotate", registration, request)
    return secret


@transaction.atomic
def disable_client(*, registration: ClientRegistration, request: HttpRequest, now: datetime) -> None:
    """
    Let nobody sign on to a system any more; what it was given ends now.

    :raises UnableToChangeClientError: it is disabled already
    """
    if registration.disabled_at:
        raise UnableToChangeClientError(f"“{registration.client.name}”已经停用。")
    registration.disabled_at = now
    registration.save(update_fields=["disabled_at"])
    _drop_tokens(registration.client)
    _note("client.disable", registration, request)


@transaction.atomic
def enable_client(*, registration: ClientRegistration, request: HttpRequest) -> None:
    """
    Let people sign on again.

    :raises UnableToChangeClientError: it is in use already
    """
    if not registration.disabled_at:
        raise UnableToChangeClientError(f"“{registration.client.name}”正在使用，无须启用。")
    registration.disabled_at = None
    registration.save(update_fields=["disabled_at"])
    _note("client.enable", registration, request)


def note_grant(*, client: Client, user: Any, scopes: list[str], request: HttpRequest) -> None:
    """Record that a person was signed on to a system."""
    record(
        verb="client.grant",
        request=request,
        actor=user,
        target=f"client:{client.pk}",
        target_name=client.name,
        detail={"scopes": scopes},
    )


def _describe(client: Client, draft: ClientDraft) -> None:
    if not draft.redirect_uris:
        raise UnableToRegisterClientError("至少要有一个登录后的返回地址。")
    for uri in (*draft.redirect_uris, *draft.logout_uris):
        _check_address(uri)
    if not set(draft.scopes) <= set(ClientScope.values):
        raise UnableToRegisterClientError("所选的信息范围不存在，请重新选择。")
    client.name = draft.name
    client.set_redirect_uris(list(draft.redirect_uris))
    client.set_post_logout_redirect_uris(list(draft.logout_uris))
    client.set_scopes([ClientScope.OPENID, *(s for s in draft.scopes if s != ClientScope.OPENID)])
    client.skip_consent = draft.trusted


def _check_address(uri: str) -> None:
    """https, or http on this machine: a code sent over the open network in the clear is a code given away."""
    parts = urlsplit(uri)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise UnableToRegisterClientError(f"返回地址 {uri} 须以 https:// 开头（本机可用 http://localhost）。")
    if not parts.hostname or parts.fragment or "*" in uri or parts.username:
        raise UnableToRegisterClientError(f"返回地址 {uri} 须写全，不能含 *、# 或账号。")


def _new_secret(client: Client) -> str:
    """About 256 bits."""
    secret = secrets.token_urlsafe(32)
    client.set_secret(secret)
    return secret


def _drop_tokens(client: Client) -> None:
    Token.objects.filter(client=client).delete()


def _note(verb: str, registration: ClientRegistration, request: HttpRequest, **detail: Any) -> None:
    client = registration.client
    record(verb=verb, request=request, target=f"client:{client.pk}", target_name=client.name, detail=detail)
