"""
One part of `matter.yaml` written anew, every other line as it was.

YAML libraries that keep comments rewrite the whole file; here only the lines of one top-level key are replaced, so
that a form in the browser leaves the rest, its comments and its order, to the letter.
"""

import re
from typing import Any

import yaml

KEY = re.compile(r"^([a-z_]+):")


class _Dumper(yaml.SafeDumper):
    """Block style, lists indented below their key, no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def put_section(text: str, key: str, value: Any) -> str:
    """
    The text with `key` holding `value`; None or an empty list or mapping takes the key out.

    Comments inside the replaced lines go with them; those above the key stay.
    """
    lines = text.splitlines()
    first, last = _span(lines, key)
    written = [] if value in (None, [], {}) else _written(key, value)
    if first is None:
        gap = [""] if lines and lines[-1].strip() else []
        return "\n".join([*lines, *(gap + written if written else [])]) + "\n"
    return "\n".join([*lines[:first], *written, *lines[last:]]) + "\n"


def _span(lines: list[str], key: str) -> tuple[int | None, int]:
    """Where the key's lines begin, and the first line after them (blank lines and comments above the next key stay)."""
    first = next((at for at, line in enumerate(lines) if (m := KEY.match(line)) and m[1] == key), None)
    if first is None:
        return None, len(lines)
    last = first + 1
    while last < len(lines) and not KEY.match(lines[last]):
        last += 1
    while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
        last -= 1
    return first, last


def _written(key: str, value: Any) -> list[str]:
    text = yaml.dump(
        {key: value}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False
    )
    return text.rstrip("\n").splitlines()
