"""Small pictures of distributions."""

from typing import Any

from django import template

from yihu.hub.subsystems.indicators.compute import Entry

register = template.Library()
WIDTH, HEIGHT = 120, 28
# The part of a bin's width that its bar fills.
FILLED = 0.86


@register.inclusion_tag("indicators/histogram.html")
def histogram(entry: Entry, size: str = "small") -> dict[str, Any]:
    """A histogram from the 1st to the 99th percentile as one path of bars; nothing where no figure is known."""
    counts = entry.profile.get("histogram") or []
    top = max(counts, default=0)
    return {
        "path": _draw(counts, top) if top else "",
        "bins": len(counts), "top": f"{top:,}", "width": WIDTH, "height": HEIGHT, "size": size,
    }  # fmt: skip


def _draw(counts: list[int], top: int) -> str:
    width = WIDTH / len(counts)
    # The root keeps thin bars visible beside one that holds nearly everything.
    bars = [(n * width, HEIGHT * (count / top) ** 0.5) for n, count in enumerate(counts) if count]
    return "".join(f"M{x:.1f} {HEIGHT}v{-tall:.1f}h{width * FILLED:.1f}v{tall:.1f}z" for x, tall in bars)
