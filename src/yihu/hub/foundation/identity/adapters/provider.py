"""Signing people on to other systems: what they are told, by which key, and that leavers get nothing."""

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from django.conf import settings
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidTokenError

from yihu.hub.foundation.identity.choices import ClientScope
from yihu.hub.foundation.identity.keys import signing_key
from yihu.hub.foundation.identity.selectors import claims_of, find_client, may_sign_on


class ProviderAdapter(DefaultOIDCAdapter):
    """What allauth asks of the house about other systems."""

    scope_display = dict(ClientScope.choices)

    def get_issuer(self) -> str:
        return settings.PUBLIC_URL.rstrip("/") or super().get_issuer()

    def list_private_keys(self, **wanted: Any) -> list[PrivateKey]:
        return [PrivateKey(pem=signing_key())]

    def get_user_by_sub(self, client: Client, sub: str) -> Any:
        user = super().get_user_by_sub(client, sub)
        return user if user is not None and may_sign_on(user) else None

    def get_claims(
        self, purpose: str, user: Any, client: Client, scopes: Iterable[str], email: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """
        Asked for every token and every look at the user: here who left, or whose system was disabled, is refused.

        :raises InvalidTokenError: at a look; the token counts no more
        :raises InvalidGrantError: at the exchange of a code
        """
        if not may_sign_on(user) or find_client(client.pk) is None:
            raise InvalidTokenError() if purpose == "userinfo" else InvalidGrantError()
        return {"sub": self.get_user_sub(client, user), **claims_of(user, scopes=set(scopes))}
