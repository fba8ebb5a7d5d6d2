"""Small pictures of distributions."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()
WIDTH, HEIGHT = 120, 28


@register.inclusion_tag("indicators/histogram.html")
def histogram(profile: Mapping[str, Any], size: str = "small") -> dict[str, Any]:
    """A histogram from the 1st to the 99th percentile as bars; nothing where no figure is known."""
    counts = profile.get("histogram") or []
    top = max(counts, default=0) or 1
    width = WIDTH / max(len(counts), 1)
    # The root keeps thin bars visible beside one that holds nearly everything.
    bars = [
        {
            "x": round(n * width, 2),
            "width": round(width * 0.86, 2),
            "height": height,
            "y": round(HEIGHT - height, 2),
            "count": count,
        }
        for n, count in enumerate(counts)
        for height in [round(HEIGHT * (count / top) ** 0.5, 2)]
    ]
    return {"bars": bars, "width": WIDTH, "height": HEIGHT, "size": size}
