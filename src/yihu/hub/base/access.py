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
from django.db.models import IntegerChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

View = TypeVar("View", bound=Callable[..., Any] | type)

PUBLIC = "public"
# Not for people at all: the view itself lets in only what an outside system has signed.
SIGNED = "signed"
DECLARATION = "required_permission"
READS = "taxpayer_data_read"
UNRECORDED = "leaves_no_record"
# Where the session keeps the post its owner chose to act as.
ACTING_POST = "acting_post"


class UndeclaredViewError(PermissionDenied):
    """A view was reached that names no permission: a fault of the program, refused to be safe."""


class Label(IntegerChoices):
    """How sensitive a thing is, and up to where a person is cleared; a higher number needs more."""

    PUBLIC = 0, "公开"
    INTERNAL = 1, "内部"
    SENSITIVE = 2, "敏感"
    IMPORTANT = 3, "重要"


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A part of an office's ground: households of the office whose division begins with the prefix."""

    office_code: str
    division_prefix: str


@dataclass(frozen=True, slots=True)
class Scope:
    """
    The households a person may see.

    `offices` are codes of the competent tax office; `divisions` are prefixes of administrative-division codes;
    `areas` ask for both; `numbers` are single registrations. A household within any of them is in scope.
    `everything` has no bounds; a scope with none of them holds nothing. `clearance` is the highest label that may be
    opened within the scope; it does not change what `holds` says, `decide` adds it.
    """

    offices: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    everything: bool = False
    areas: tuple[Area, ...] = ()
    numbers: tuple[str, ...] = ()
    clearance: Label = Label.PUBLIC

    @property
    def is_empty(self) -> bool:
        return not (self.everything or self.offices or self.divisions or self.areas or self.numbers)

    def holds(self, *, office_code: str | None, division_code: str | None, number: str | None = None) -> bool:
        """Say whether a household of this office and division, or of this number, is in scope."""
        if self.everything or (office_code is not None and office_code in self.offices):
            return True
        if number is not None and number in self.numbers:
            return True
        division = division_code or ""
        if self.divisions and division.startswith(self.divisions):
            return True
        return any(a.office_code == office_code and division.startswith(a.division_prefix) for a in self.areas)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act is allowed; `reason` is Chinese and for the reader, `via` names the posts that carry it."""

    allowed: bool
    reason: str = ""
    via: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Thing:
    """What `decide` needs to know of an object; a model or row with these names serves as well."""

    office_code: str | None = None
    division_code: str | None = None
    number: str | None = None
    label: Label = Label.PUBLIC


def scope_for(user: Any, permission: str) -> Scope:
    """The households a user may see by one permission: the union over the posts that carry it."""
    return user.scope(permission)


def decide(actor: Any, verb: str, obj: Any = None) -> Decision:
    """
    Say whether the actor may do something, to something when `obj` is given. The one decision for reads and writes.

    :param verb: a permission of the catalogue
    :param obj: anything with `office_code`, `division_code`, `number` and `label`, or a part of these
    """
    if not actor.is_authenticated:
        return Decision(False, "尚未登录")
    if not actor.holds(verb):
        return Decision(False, "您的岗位没有这项权限")
    via = tuple(actor.carriers(verb))
    if obj is None:
        return Decision(True, via=via)
    scope = actor.scope(verb)
    place = {name: getattr(obj, name, None) for name in ("office_code", "division_code", "number")}
    if not scope.holds(**place):
        return Decision(False, "不在您的管辖范围内", via)
    if getattr(obj, "label", Label.PUBLIC) > scope.clearance:
        return Decision(False, f"数据标签为“{Label(obj.label).label}”，高于您的知悉等级“{scope.clearance.label}”", via)
    return Decision(True, via=via)


def requires(permission: str, reads: str = "") -> Callable[[View], View]:
    """
    Declare the permission a view needs, on a function or on a view class.

    :param reads: what taxpayer data the view shows (household, worklist …); each answer then leaves a record in the
        log, by the view itself or for it
    """

    def declare(view: View) -> View:
        setattr(view, DECLARATION, permission)
        setattr(view, READS, reads)
        return view

    return declare


def public(view: View) -> View:
    """Declare that a view may be reached without signing in."""
    setattr(view, DECLARATION, PUBLIC)
    return view


def signed_only(view: View) -> View:
    """Declare that a view answers signed requests of outside systems; sessions count for nothing there."""
    setattr(view, DECLARATION, SIGNED)
    return view


def declared(view: Any) -> str | None:
    """The permission a resolved view names, or None."""
    found = getattr(view, DECLARATION, None)
    return found or getattr(getattr(view, "view_class", None), DECLARATION, None)


def unrecorded(view: View) -> View:
    """Declare that requests to a view are no acts of people: what a machine hands in must not make the log grow."""
    setattr(view, UNRECORDED, True)
    return view


def is_unrecorded(view: Any) -> bool:
    return bool(getattr(view, UNRECORDED, False))


def reads_of(view: Any) -> str:
    """The kind of taxpayer data a resolved view shows, or ""."""
    return getattr(view, READS, "") or getattr(getattr(view, "view_class", None), READS, "")


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
        if permission == SIGNED:
            # Loaded late: models name this module before Django's own tables are ready.
            from django.contrib.auth.models import AnonymousUser

            # A cookie sent along must neither help nor be blamed for what a machine does.
            request.user = AnonymousUser()
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        chosen = request.session.get(ACTING_POST) if hasattr(request, "session") else None
        if chosen is not None:
            request.user.act_as(chosen)
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
