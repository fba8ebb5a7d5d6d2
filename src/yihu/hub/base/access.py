"""
Deny by default: every view names the permission it needs, and a view that names none is refused to everybody.

Who holds which permission, and which households a person may see, is answered by the user object; this module
only asks. So every band can declare its doors without knowing how posts are organised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

View = TypeVar("View", bound=Callable[..., Any] | type)

PUBLIC = "public"
DECLARATION = "required_permission"


class UndeclaredViewError(PermissionDenied):
    """A view was reached that names no permission: a fault of the program, refused to be safe."""


@dataclass(frozen=True, slots=True)
class Scope:
    """
    The households a person may see.

    `offices` are codes of the competent tax office; `divisions` are prefixes of administrative-division codes;
    a household within either is in scope. `everything` has no bounds; a scope with neither holds nothing.
    """

    offices: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    everything: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.everything or self.offices or self.divisions)

    def holds(self, *, office_code: str | None, division_code: str | None) -> bool:
        """Say whether a household of this office and division is in scope."""
        if self.everything or (office_code is not None and office_code in self.offices):
            return True
        return bool(self.divisions) and (division_code or "").startswith(self.divisions)


def scope_for(user: Any) -> Scope:
    """The households a user may see, as their post and office decide."""
    return user.scope()


def requires(permission: str) -> Callable[[View], View]:
    """Declare the permission a view needs, on a function or on a view class."""

    def declare(view: View) -> View:
        setattr(view, DECLARATION, permission)
        return view

    return declare


def public(view: View) -> View:
    """Declare that a view may be reached without signing in."""
    setattr(view, DECLARATION, PUBLIC)
    return view


def declared(view: Any) -> str | None:
    """The permission a resolved view names, or None."""
    found = getattr(view, DECLARATION, None)
    return found or getattr(getattr(view, "view_class", None), DECLARATION, None)


class AccessMiddleware:
    """Refuses every view whose permission the user does not hold, before the view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        permission = declared(view)
        if permission is None:
            raise UndeclaredViewError(f"{view.__module__}.{view.__name__} declares no permission")
        if permission == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not request.user.holds(permission):
            raise PermissionDenied(permission)
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    # A fragment asked for after the session ended must bring the whole page to the sign-in form.
    if request.headers.get("HX-Request"):
        here = request.headers.get("HX-Current-URL", "")
        response = HttpResponse(status=204)
        response["HX-Redirect"] = _sign_in_address(_path_of(here))
        return response
    back = request.get_full_path() if request.method == "GET" else ""
    return redirect(_sign_in_address(back))


def _sign_in_address(back: str) -> str:
    address = resolve_url(settings.LOGIN_URL)
    return f"{address}?{urlencode({'next': back})}" if back and back != "/" else address


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
