"""
The OpenID Connect provider: discovery, authorisation with PKCE, token, user information, keys, sign-out.

allauth does the protocol. Stricter here than there: PKCE by S256 for every client, addresses compared letter by letter,
only registered systems in use, no query-string parameters beside the code grant, every grant recorded.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import AuthorizationView, JwksView, LogoutView, RevokeView, TokenView, UserInfoView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from yihu.hub.base.access import public
from yihu.hub.foundation.identity.choices import ClientScope
from yihu.hub.foundation.identity.selectors import find_client, may_sign_on
from yihu.hub.foundation.identity.services.clients import note_grant

NO_CLIENT = "这个系统没有登记，或已经停用。请从该系统重新进入；仍不成功的，联系本单位安全管理员。"
BAD_ADDRESS = "该系统给出的返回地址与登记的不一致，为防冒用，没有继续。请联系该系统的维护人员。"
NO_PKCE = "该系统没有按要求保护授权码（PKCE，S256），没有继续。请联系该系统的维护人员。"
NO_ACCESS = "您目前没有有效的任职，不能登录其他系统。请联系本单位系统管理员。"


# allauth's own view checks the form token itself: a request may also come as a form of the other system.
@method_decorator(csrf_exempt, name="dispatch")
class AuthorizeView(AuthorizationView):
    """Sign a person on to another system: with consent, or without for systems of the house."""

    template_name = "identity/consent.html"
    _request_info: Mapping[str, Any] = MappingProxyType({})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and "request" not in request.POST:
            return super().dispatch(request, *args, **kwargs)
        refusal = _refusal(request)
        if refusal:
            return _refused(request, refusal)
        return self._back(super().dispatch(request, *args, **kwargs))

    def _back(self, answer: HttpResponse) -> HttpResponse:
        target = answer.get("Location", "")
        # What was signed counts, not what a form may say beside it.
        client = find_client(self._request_info.get("client_id") or self.request.GET["client_id"])
        if client is None or not target.startswith(tuple(client.get_redirect_uris())):
            return answer
        if "code" in parse_qs(urlsplit(target).query):
            note_grant(client=client, user=self.request.user, scopes=list(self._scopes), request=self.request)
        if "none" in self.request.GET.get("prompt", "").split():
            return answer
        return leave_for(self.request, target, client)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        scopes = [(s, ClientScope(s).label) for s in self._scopes]
        return found | {"scopes": scopes, "registration": found["client"].registration}


@method_decorator(csrf_exempt, name="dispatch")
class SignOutView(LogoutView):
    """A system asks that its person be signed out here too."""

    template_name = "identity/sign_out.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("post_logout_redirect_uri") or request.GET.get("post_logout_redirect_uri") or ""
        client = _logout_client(request, wanted)
        if wanted and client is None:
            return _refused(request, BAD_ADDRESS)
        answer = super().dispatch(request, *args, **kwargs)
        target = answer.get("Location", "")
        return leave_for(request, target, client) if client and target.startswith(wanted) else answer


def leave_for(request: HttpRequest, target: str, client: Client) -> HttpResponse:
    """
    A page that goes on by itself.

    The pages' security policy lets forms lead to our own addresses only, and browsers apply it to what follows a form:
    a plain redirect after the sign-in form would be blocked.
    """
    return render(request, "identity/leaving.html", {"target": target, "client": client})


def _refusal(request: HttpRequest) -> str:
    """Why a request to sign on is not looked at, "" when it may be."""
    if request.user.is_authenticated and not may_sign_on(request.user):
        return NO_ACCESS
    client = find_client(request.GET.get("client_id", ""))
    if client is None:
        return NO_CLIENT
    if request.GET.get("redirect_uri") not in client.get_redirect_uris():
        return BAD_ADDRESS
    has_pkce = request.GET.get("code_challenge") and request.GET.get("code_challenge_method") == "S256"
    return "" if has_pkce else NO_PKCE


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "identity/refused.html", {"reason": reason}, status=400)


def _logout_client(request: HttpRequest, wanted: str) -> Client | None:
    """The system that registered exactly this address to come back to after signing out."""
    given = find_client(request.POST.get("client_id") or request.GET.get("client_id") or "")
    candidates = [given] if given else Client.objects.filter(registration__disabled_at__isnull=True)
    return next((c for c in candidates if wanted in c.get_post_logout_redirect_uris()), None)


@public
@require_GET
def configuration(request: HttpRequest) -> HttpResponse:
    """What a client library reads first (OpenID Connect Discovery 1.0)."""
    issuer = get_adapter().get_issuer()
    at = {name: issuer + reverse(f"idp:oidc:{name}") for name in PLACES}
    return JsonResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": at["authorization"],
            "token_endpoint": at["token"],
            "userinfo_endpoint": at["userinfo"],
            "jwks_uri": at["jwks"],
            "revocation_endpoint": at["revoke"],
            "end_session_endpoint": at["logout"],
            "scopes_supported": ClientScope.values,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": settings.IDP_OIDC_AUTH_METHODS,
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": CLAIMS,
        }
    )


PLACES = ("authorization", "token", "userinfo", "jwks", "revoke", "logout")
CLAIMS = ["sub", "name", "preferred_username", "office_code", "office_name", "post", "duties"]

authorize = public(AuthorizeView.as_view())
# A password to change or a second factor to enrol comes before other systems too.
authorize.settles_first = True
token = public(TokenView.as_view())
user_info = public(UserInfoView.as_view())
keys = public(JwksView.as_view())
revoke = public(RevokeView.as_view())
sign_out = public(SignOutView.as_view())
