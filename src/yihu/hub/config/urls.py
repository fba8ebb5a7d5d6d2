"""Root addresses. A subsystem that has a `urls` module is mounted under its own name."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from yihu.hub.config.health import health
from yihu.hub.config.refusals import forbidden
from yihu.hub.screens import faults

MOUNTING = (
    "yihu.hub.foundation.documents",
    "yihu.hub.foundation.notices",
    "yihu.hub.registers.",
    "yihu.hub.centres.",
    "yihu.hub.subsystems.",
)


def _mounted() -> list[URLPattern | URLResolver]:
    """Addresses of each register, centre and subsystem; its `urls.MOUNT` names the prefix ("" for the root)."""
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith(MOUNTING) and find_spec(f"{config.name}.urls"):
            module = import_module(f"{config.name}.urls")
            found.append(path(getattr(module, "MOUNT", f"{config.label}/"), include(module)))
    return found


urlpatterns = [
    path("health", health, name="health"),
    path("", include("yihu.hub.sites.desk.urls")),
    path("", include("yihu.hub.foundation.identity.urls")),
    path("administration/", include("yihu.hub.foundation.administration.urls")),
    path("codes/", include("yihu.hub.foundation.codes.urls")),
    path("audit/", include("yihu.hub.foundation.audit.urls")),
    *_mounted(),
]

handler400 = faults.malformed
handler403 = forbidden
handler404 = faults.missing
handler500 = faults.broken
