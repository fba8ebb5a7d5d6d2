"""Neighbouring pieces of a column put together again, so that people read one range instead of three pieces."""

from collections.abc import Sequence


def merged(texts: Sequence[str]) -> list[str]:
    """Neighbouring pieces of one range put together: `10`, `(10..20)`, `20` become `[10..20]`."""
    found: list[str] = []
    run: list[str] = []
    for text in texts:
        if run and _touch(run[-1], text):
            run.append(text)
            continue
        if run:
            found.append(_run(run))
        run = [text]
    return [*found, _run(run)] if run else found


def _ends(text: str) -> tuple[str | None, str | None] | None:
    """Low and high constant of a piece of a number or day column; None for other pieces."""
    if text.startswith("(") and ".." in text:
        low, high = text[1:-1].split("..")
        return low, high
    if text.startswith("> "):
        return text[2:], None
    return (None, text[2:]) if text.startswith("< ") else None


def _touch(one: str, other: str) -> bool:
    left, right = _ends(one), _ends(other)
    if left is not None and right is None:
        return left[1] == other
    return left is None and right is not None and right[0] == one


def _run(run: Sequence[str]) -> str:
    if len(run) == 1:
        return run[0]
    first, last = _ends(run[0]), _ends(run[-1])
    low = first[0] if first else run[0]
    high = last[1] if last else run[-1]
    if low is None:
        return f"{'<' if last else '<='} {high}"
    if high is None:
        return f"{'>' if first else '>='} {low}"
    return f"{'(' if first else '['}{low}..{high}{')' if last else ']'}"
