"""The canonical columns of the three files. Heads may be the code or the Chinese name; others are passed over."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Kind(TextChoices):
    """Which of the three files."""

    OFFICES = "offices", "机关"
    POSTS = "posts", "岗位"
    PEOPLE = "people", "人员"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; a day is read as YYYY-MM-DD, YYYY/M/D, YYYYMMDD or a day of a workbook."""

    code: str
    title: str
    needed: bool = False
    is_day: bool = False


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.OFFICES: (
        Column("office_code", "机关代码", needed=True),
        Column("office_name", "机关名称", needed=True),
        Column("level", "级次", needed=True),
        Column("parent_code", "上级机关代码"),
        Column("division_code", "行政区划"),
        Column("valid_from", "启用日期", is_day=True),
    ),
    Kind.POSTS: (
        Column("post_code", "岗位代码", needed=True),
        Column("post_name", "岗位名称", needed=True),
        Column("office_code", "机关代码", needed=True),
        Column("department_code", "内设机构代码"),
        Column("department_name", "内设机构名称"),
        Column("duties", "岗责"),
        Column("valid_from", "启用日期", is_day=True),
    ),
    Kind.PEOPLE: (
        Column("username", "账号", needed=True),
        Column("display_name", "姓名", needed=True),
        Column("post_code", "岗位代码", needed=True),
        Column("valid_from", "任职日期", is_day=True),
        Column("valid_to", "止任日期", is_day=True),
    ),
}


def column_title(kind: Kind, code: str) -> str:
    return next((c.title for c in COLUMNS[kind] if c.code == code), code)
