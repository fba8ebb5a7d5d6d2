"""The families under which matters stand in the catalogue: `families.yaml` of the folders that bundles come from."""

from dataclasses import dataclass
from functools import cache

import yaml
from django.conf import settings


@dataclass(frozen=True, slots=True)
class Family:
    """One family; `audience` says in Chinese for whom its matters are."""

    code: str
    name: str
    icon: str
    audience: str


@cache
def families() -> dict[str, Family]:
    """By code, in their order; those of one's own folder come after the shipped ones."""
    found: dict[str, Family] = {}
    for folder in (settings.SHIPPED_MATTERS, settings.OWN_MATTERS):
        file = folder / "families.yaml" if folder else None
        if file is not None and file.is_file():
            for code, row in yaml.safe_load(file.read_text("utf-8")).items():
                found[code] = Family(code, row["name"], row["icon"], row["for"])
    return found


def family_of(code: str) -> Family:
    """A family; one that no file names any more is shown by its code."""
    return families().get(code) or Family(code, code, "folder", "")
