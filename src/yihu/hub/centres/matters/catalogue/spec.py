"""`matter.yaml`: who a matter is, what it stands on, who may apply, who acts, by when, and how it ends."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from yihu.hub.base.access import Label
from yihu.hub.centres.matters.catalogue.problems import Problem

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
NodeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,59}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]{3,300}$")]
FileType = Literal["pdf", "jpg", "png", "docx", "xlsx", "ofd", "txt", "csv", "zip"]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Part(BaseModel):
    """Unknown keys are refused: a misspelt one must not pass silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Basis(Part):
    """What law or rule the matter stands on; `valid_to` is the first day it no longer holds."""

    document: Words
    number: Annotated[str, StringConstraints(max_length=80)] = ""
    article: Annotated[str, StringConstraints(max_length=60)] = ""
    url: Address | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class By(StrEnum):
    """Who stands behind an application: the officer, or a taxpayer at the counter before an officer."""

    OFFICER = "officer"
    COUNTER = "counter"


class Apply(Part):
    """
    `permission` beside `matter.apply`, when not everybody who may apply may apply for this; `check` names what looks
    outside the form before it is handed in.
    """

    by: By
    permission: str = "matter.apply"
    check: Annotated[str, StringConstraints(max_length=60)] = ""


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class TimeLimit(Part):
    """
    How long the whole case may take.

    `start` is `submit`, or the node whose completion starts the clock (e.g. acceptance). While a node of `pause_at`
    is open the clock stands; its value is the reason shown.
    """

    length: Annotated[int, Field(ge=1, le=730)]
    unit: Unit = Unit.WORKING_DAYS
    start: str = "submit"
    pause_at: dict[NodeId, Words] = {}


class Material(Part):
    """An attachment; `when` is a FEEL condition under which it is required (it may always be added)."""

    code: Code
    name: Words
    required: bool = False
    when: Expression | None = None
    types: Annotated[
        list[Literal["pdf", "jpg", "png", "docx", "xlsx", "ofd", "txt", "csv", "zip"]], Field(min_length=1)
    ]
    max_megabytes: Annotated[int, Field(ge=1, le=20)] = 10
    max_count: Annotated[int, Field(ge=1, le=20)] = 5
    help: Annotated[str, StringConstraints(max_length=200)] = ""


class Number(Part):
    """Written 〔prefix〕 year and sequence: QJ2026-00001. Gap-free for each matter and year."""

    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")]
    digits: Annotated[int, Field(ge=4, le=8)] = 5


class Check(Part):
    """A rule over several fields, in FEEL; the message stands beside `field` where `require` is not true."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}-\d{3}$")]
    require: Expression
    field: str
    message: Sentence


class Kind(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


class Outcome(Part):
    """How a case can end: the key is an end event of the process, or REFUSED, WITHDRAWN, TERMINATED."""

    name: Words
    kind: Kind


class Letter(Part):
    """`letters/<code>.txt`; issued when the case ends with an outcome of `at`, or when a node of `at` is reached."""

    code: Code
    title: Words
    at: Annotated[list[str], Field(min_length=1)]


class Notice(Part):
    """A message; `to` is `applicant` or a lane; `text` is a pattern like the title's."""

    code: Code
    at: Annotated[list[str], Field(min_length=1)]
    to: str = "applicant"
    title: Sentence
    text: Sentence


class MatterSpec(Part):
    """The whole file."""

    format: Literal[1]
    code: Code
    family: Code
    name: Words
    edition: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9.]{0,19}$")]
    summary: Sentence
    help: Annotated[str, StringConstraints(max_length=1000)] = ""
    valid_from: date
    valid_to: date | None = None
    basis: Annotated[list[Basis], Field(min_length=1, max_length=20)]
    apply: Apply
    label: Literal["PUBLIC", "INTERNAL", "SENSITIVE", "IMPORTANT"] = "INTERNAL"
    roles: Annotated[dict[Words, dict[str, Any]], Field(min_length=1)]
    time_limit: TimeLimit
    materials: Annotated[list[Material], Field(max_length=30)] = []
    number: Number
    title: Sentence
    list_fields: Annotated[list[str], Field(max_length=4)] = []
    low_risk: bool = False
    checks: Annotated[list[Check], Field(max_length=50)] = []
    outcomes: Annotated[dict[NodeId, Outcome], Field(min_length=1)]
    letters: Annotated[list[Letter], Field(max_length=20)] = []
    notices: Annotated[list[Notice], Field(max_length=20)] = []

    @field_validator("materials", "letters", "notices", "checks")
    @classmethod
    def _codes_once(cls, rows: list[Any]) -> list[Any]:
        codes = [row.code for row in rows]
        if len(codes) != len(set(codes)):
            raise ValueError("代码写了两次")
        return rows

    @model_validator(mode="after")
    def _days_in_order(self) -> "MatterSpec":
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("止日应晚于起日")
        return self

    @property
    def key(self) -> str:
        """What everybody else calls the matter: family/code."""
        return f"{self.family}/{self.code}"

    @property
    def data_label(self) -> Label:
        return Label[self.label]


def read_spec(name: str, value: dict[str, Any]) -> tuple[MatterSpec | None, list[Problem]]:
    """The parsed file, or what is wrong with it."""
    return read_part(MatterSpec, name, value)


def read_part(kind: type[Any], name: str, value: dict[str, Any]) -> tuple[Any, list[Problem]]:
    """A mapping as one of the models here, or its problems in Chinese."""
    try:
        return kind.model_validate(value), []
    except ValidationError as error:
        return None, list(_told(name, error.errors(include_url=False, include_context=False)))


def _told(name: str, errors: Iterable[Any]) -> Iterable[Problem]:
    for one in errors:
        place = ".".join(str(part) for part in one["loc"])
        kind = one["type"]
        if kind == "missing":
            yield Problem("MTR-Y03", name, place, "缺少这一项")
        elif kind == "extra_forbidden":
            yield Problem("MTR-Y02", name, place, "不认识这一项")
        else:
            yield Problem("MTR-Y04", name, place, _in_chinese(one))


SAID = {
    "string_pattern_mismatch": "写法不合要求",
    "string_too_short": "不能为空",
    "string_too_long": "太长",
    "string_type": "应是文字",
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "bool_parsing": "应是 true 或 false",
    "bool_type": "应是 true 或 false",
    "list_type": "应是列表",
    "dict_type": "应是“项: 值”",
    "model_type": "应是“项: 值”",
    "too_short": "至少要有一项",
    "too_long": "项数太多",
    "date_from_datetime_parsing": "应是日期，如 2026-01-31",
    "date_type": "应是日期，如 2026-01-31",
    "date_parsing": "应是日期，如 2026-01-31",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "literal_error": "不是可选的值",
    "enum": "不是可选的值",
}


def _in_chinese(one: dict[str, Any]) -> str:
    if one["type"] == "value_error":
        return str(one["msg"]).removeprefix("Value error, ")
    said = SAID.get(one["type"], "值不合要求")
    return f"{said}（现为 {str(one['input'])[:40]}）"
