"""Offices as the data names them: known before anybody has put them in their place."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from yihu.hub.foundation.org.choices import OfficeLevel
from yihu.hub.foundation.org.models import Office

# Offices that were there before anybody wrote down since when.
LONG_AGO = date(1994, 8, 1)


@dataclass(frozen=True, slots=True)
class OfficeSeen:
    """An office as the households of a snapshot name it."""

    code: str
    name: str
    division_code: str


@transaction.atomic
def learn_offices(offices: list[OfficeSeen]) -> int:
    """
    Make or rename the offices that households name; those placed in the tree keep their place. Says how many are new.

    New ones stand below the top office when there is exactly one.
    """
    known = set(Office.objects.values_list("code", flat=True))
    tops = list(Office.objects.filter(parent=None, level__lt=OfficeLevel.COUNTY)[:2])
    top = tops[0] if len(tops) == 1 else None
    Office.objects.bulk_create(
        [
            Office(
                code=o.code,
                name=o.name,
                division_code=o.division_code,
                level=_level(o.name),
                parent=top,
                path=f"{top.path if top else ''}{o.code}/",
                valid_from=LONG_AGO,
            )
            for o in offices
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "division_code"],
    )
    return len({o.code for o in offices} - known)


def top_office(*, code: str, name: str) -> Office:
    """The office of that code; made at the top of the tree when there is none."""
    office, _ = Office.objects.get_or_create(
        code=code,
        defaults={"name": name, "level": OfficeLevel.HEADQUARTERS, "path": f"{code}/", "valid_from": LONG_AGO},
    )
    return office


def _level(name: str) -> OfficeLevel:
    """A guess that the system administrator may correct: 所 and 分局 are branches, the rest answer for a county."""
    return OfficeLevel.BRANCH if name.endswith(("所", "分局")) else OfficeLevel.COUNTY
