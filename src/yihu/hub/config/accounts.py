"""The first accounts of an embedded installation: one a duty, with passwords made on the spot."""

import secrets
from pathlib import Path

from django.utils import timezone

from yihu.hub.config.compute import offices_of_snapshot
from yihu.hub.config.state import state_directory, write_private
from yihu.hub.foundation.identity.api import accept_password
from yihu.hub.foundation.org.api import (
    Office,
    OfficeSeen,
    StandardDuty,
    create_user,
    has_users,
    learn_offices,
    top_office,
)

# No letters or digits that are mistaken for one another when typed from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
BUREAU_CODE = "BUREAU"
# Account, name, duty, and whether in the office with the most households; the others are the bureau's. Matters pass
# from hand to hand: an officer has a colleague, and the bureau an officer and a chief of its own.
PEOPLE = (
    ("officer", "林知远", StandardDuty.OFFICER, True),
    ("colleague", "方晓", StandardDuty.OFFICER, True),
    ("chief", "周敏", StandardDuty.SECTION_CHIEF, True),
    ("specialist", "唐宁", StandardDuty.OFFICER, False),
    ("superior", "罗毅", StandardDuty.SECTION_CHIEF, False),
    ("director", "陈立新", StandardDuty.DIRECTOR, False),
    ("auditor", "何静", StandardDuty.AUDITOR, False),
    ("operator", "吴桐", StandardDuty.OPERATOR, False),
    ("sysadmin", "许文博", StandardDuty.SYSTEM_ADMIN, False),
    ("secadmin", "沈岚", StandardDuty.SECURITY_ADMIN, False),
)


def accounts_file() -> Path:
    """Where the first passwords are written, readable by the owner only."""
    return state_directory() / "demo-accounts.txt"


def learn_snapshot_offices() -> Office:
    """Know the offices that households name, and the bureau above them all."""
    bureau = top_office(code=BUREAU_CODE, name="演示辖区税务局")
    learn_offices([OfficeSeen(*row) for row in offices_of_snapshot()])
    return bureau


def make_first_accounts() -> Path | None:
    """
    Make the accounts of `PEOPLE` unless there are accounts already; None when nothing was made.

    Officers and a chief belong to the office with the most households, so that their lists are not empty.
    """
    if has_users():
        return None
    bureau = learn_snapshot_offices()
    seen = offices_of_snapshot()
    local = Office.objects.get(code=seen[0][0]) if seen else bureau
    lines = ["# 演示账号：账号 密码 岗责 机关。请妥善保管，正式使用前删除。"]
    for username, name, duty, is_local in PEOPLE:
        office = local if is_local else bureau
        password = _new_password()
        user = create_user(username=username, password=password, display_name=name, duty=duty, office=office)
        # Whoever starts the demonstration reads the file and signs in: nothing stands between.
        accept_password(user=user, now=timezone.now())
        lines.append(f"{username}\t{password}\t{duty.label}\t{office.name}")
    write_private(accounts_file(), "\n".join(lines) + "\n")
    return accounts_file()


def _new_password() -> str:
    """About 74 bits, in groups of five letters."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
