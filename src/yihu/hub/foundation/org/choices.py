"""Posts, and the permissions each holds (the table is `permissions.yaml`)."""

from functools import cache
from pathlib import Path

import yaml
from django.db.models import TextChoices


class Kind(TextChoices):
    """The post of a user; it decides permissions and how wide the scope is."""

    OFFICER = "OFFICER", "税收管理员"
    SECTION_CHIEF = "SECTION_CHIEF", "科所长"
    DIRECTOR = "DIRECTOR", "局领导"
    AUDITOR = "AUDITOR", "监督审计"
    OPERATOR = "OPERATOR", "系统运维"


@cache
def permission_table() -> dict[str, frozenset[str]]:
    """
    Permission name to the kinds that hold it.

    :raises ValueError: the table names a kind that does not exist
    """
    text = Path(__file__).with_name("permissions.yaml").read_text("utf-8")
    table = {name: frozenset(row["kinds"]) for name, row in yaml.safe_load(text).items()}
    strangers = set().union(*table.values()) - set(Kind.values)
    if strangers:
        raise ValueError(f"permissions.yaml names unknown kinds: {sorted(strangers)}")
    return table
