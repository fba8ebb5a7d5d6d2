"""The first accounts of an embedded installation: one a post, with passwords made on the spot."""

import secrets
from pathlib import Path

from yihu.hub.config.compute import offices_of_snapshot
from yihu.hub.config.state import state_directory, write_private
from yihu.hub.foundation.org.api import Kind, Office, OfficeSeen, create_user, has_users, learn_offices

# No letters or digits that are mistaken for one another when typed from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
BUREAU_CODE = "BUREAU"
PEOPLE = {
    Kind.OFFICER: ("officer", "林知远"),
    Kind.SECTION_CHIEF: ("chief", "周敏"),
    Kind.DIRECTOR: ("director", "陈立新"),
    Kind.AUDITOR: ("auditor", "何静"),
    Kind.OPERATOR: ("operator", "吴桐"),
}


def accounts_file() -> Path:
    """Where the first passwords are written, readable by the owner only."""
    return state_directory() / "demo-accounts.txt"


def learn_snapshot_offices() -> Office:
    """Know the offices that households name, and the bureau above them all."""
    learn_offices([OfficeSeen(*row) for row in offices_of_snapshot()])
    bureau, _ = Office.objects.get_or_create(code=BUREAU_CODE, defaults={"name": "演示辖区税务局", "is_bureau": True})
    return bureau


def make_first_accounts() -> Path | None:
    """
    Make one account for each post unless there are accounts already; None when nothing was made.

    Officer and chief belong to the office with the most households, so that their lists are not empty.
    """
    if has_users():
        return None
    bureau = learn_snapshot_offices()
    seen = offices_of_snapshot()
    local = Office.objects.get(code=seen[0][0]) if seen else bureau
    lines = ["# 演示账号：账号 密码 岗位 机关。请妥善保管，正式使用前删除。"]
    for kind, (username, name) in PEOPLE.items():
        office = local if kind in {Kind.OFFICER, Kind.SECTION_CHIEF} else bureau
        password = _new_password()
        create_user(username=username, password=password, display_name=name, kind=kind, office=office)
        lines.append(f"{username}\t{password}\t{kind.label}\t{office.name}")
    write_private(accounts_file(), "\n".join(lines) + "\n")
    return accounts_file()


def _new_password() -> str:
    """About 74 bits, in groups of five letters."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
