"""Headers that keep a page from being framed, cached by others, or made to run foreign script."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yihu.hub.base.live import live_origin

# Style attributes stay allowed: charts place their labels by them. Scripts and style elements come from files only.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class PageHeadersMiddleware:
    """Adds the content security policy, and forbids caching of what a signed-in person sees."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        )
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _policy(request: HttpRequest) -> str:
    """The policy, with the live process's origin where that is another one."""
    origin = live_origin(request)
    return POLICY.replace("connect-src 'self'", f"connect-src 'self' {origin}") if origin else POLICY
