"""Mapping files: the user's YAML that says which columns of which files are which canonical columns."""

import difflib
import hashlib
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from yihu.lens.schema.catalogue import CODES, TABLES

MAX_MAPPING_BYTES = 1 << 20
ELEMENT_PATH = re.compile(r"[A-Za-z_][\w.-]*(/[A-Za-z_][\w.-]*)*")
DATE_DIRECTIVES = re.compile(r"%[YymdHMSfbBp]|[^%]")


class MappingError(ValueError):
    """The mapping file cannot be used; `args[0]` is a Chinese explanation, one problem a line."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class ColumnRule(_Strict):
    """Where one canonical column comes from: a source column or a constant, and how its text is rewritten."""

    source: str | None = None
    const: str | None = None
    values: dict[str, str] | None = None
    strip: bool = True
    date_format: str | None = None
    prefix: str = ""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.source is None) == (self.const is None):
            raise ValueError("source（来源列）与 const（固定值）必须且只能写一个")
        return self

    @field_validator("date_format")
    @classmethod
    def _known_directives(cls, value: str | None) -> str | None:
        if value is not None and ("%" not in value or DATE_DIRECTIVES.sub("", value)):
            raise ValueError(f"日期格式“{value}”不对，可用 %Y %m %d %H %M %S，如 %Y年%m月%d日")
        return value


def _rule(value: Any) -> Any:
    return {"source": str(value)} if isinstance(value, str | int | float) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Source(_Strict):
    """One kind of file and the canonical table it feeds. No `columns` means canonical names as they are."""

    files: Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
    table: str
    sheet: str | None = None
    columns: dict[str, Annotated[ColumnRule, BeforeValidator(_rule)]] | None = None
    duplicate_key: list[str] = []
    elements: dict[str, str] = {}

    @field_validator("elements")
    @classmethod
    def _plain_paths(cls, value: dict[str, str]) -> dict[str, str]:
        for name, path in value.items():
            if not ELEMENT_PATH.fullmatch(path):
                raise ValueError(
                    f"elements 中 {name} 的路径“{path}”不对：写 EInvoice 以下各级元素名，用 / 隔开，或一个 XBRL 元素名"
                )
        return value

    @field_validator("table")
    @classmethod
    def _known_table(cls, value: str) -> str:
        if value not in TABLES:
            raise ValueError(f"没有名为“{value}”的表{nearest(value, list(TABLES))}")
        return value

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        known = TABLES[self.table].columns
        if self.elements and self.table != "invoices":
            raise ValueError("elements 只能写在 invoices 的来源里")
        for name in [*self.elements, *(self.columns or {}), *self.duplicate_key]:
            if name not in known:
                raise ValueError(f"表 {self.table} 没有列“{name}”{nearest(name, list(known))}")
        self._check_codes()
        if self.columns is not None:
            derived = {"total_amount"}
            missing = [c.name for c in known.values() if c.required and c.name not in {*self.columns, *derived}]
            if missing:
                raise ValueError(f"表 {self.table} 的必填列没有映射：{'、'.join(missing)}")
        return self

    def _check_codes(self) -> None:
        for name, rule in (self.columns or {}).items():
            code = TABLES[self.table].columns[name].code
            given = [rule.const] if rule.const is not None else list((rule.values or {}).values())
            for value in given:
                if code is not None and value not in CODES[code]:
                    raise ValueError(f"列 {name} 的代码“{value}”不在代码表中，可用：{'、'.join(CODES[code])}")

    def matches(self, name: str) -> bool:
        """Whether a file of this name (its last part only, in any case) is of this kind."""
        return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in self.files)

    def digest(self) -> str:
        """Hex digest of everything that decides how a file is read, except which files."""
        return hashlib.sha256(self.model_dump_json(exclude={"files"}).encode()).hexdigest()


class Mapping(_Strict):
    """A whole mapping file."""

    name: str = ""
    description: str = ""
    sources: Annotated[list[Source], Field(min_length=1)]


def nearest(name: str, known: Sequence[str]) -> str:
    """A Chinese hint that names the closest of `known`, or nothing."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"，是不是“{close[0]}”？" if close else ""


def load_mapping(path: Path) -> Mapping:
    """
    Read and validate a mapping file.

    :raises MappingError: with the line of each problem
    """
    try:
        if path.stat().st_size > MAX_MAPPING_BYTES:
            raise MappingError(f"映射文件 {path.name} 超过 1 MB，不像是映射文件")
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        body = yaml.safe_load(text)
    except OSError as error:
        raise MappingError(f"读不了映射文件 {path}：{error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, MappingError):
            raise
        raise MappingError(f"映射文件 {path.name} 不是正确的 YAML：{error}") from error
    try:
        return Mapping.model_validate(body)
    except ValidationError as error:
        lines = [_explain(path.name, root, dict(e)) for e in error.errors()]
        raise MappingError("\n".join(lines)) from error


def _explain(name: str, root: yaml.Node | None, error: dict[str, Any]) -> str:
    place, node = [], root
    for step in error["loc"]:
        place.append(str(step))
        node = _child(node, step) or node
    line = node.start_mark.line + 1 if node is not None else 1
    return f"{name} 第 {line} 行（{'.'.join(place) or '开头'}）：{_say(error)}"


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None


def _say(error: dict[str, Any]) -> str:
    step = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "missing":
        return f"缺少“{step}”"
    if error["type"] == "extra_forbidden":
        known = [*Mapping.model_fields, *Source.model_fields, *ColumnRule.model_fields]
        return f"不认识“{step}”{nearest(step, known)}"
    if error["type"] == "too_short":
        return f"“{step}”不能为空"
    return f"“{step}”的写法不对（{error['msg']}）"
