"""Static types. `ANY` is a value of which nothing is known beforehand; everything is compatible with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Base(StrEnum):
    """What a value is; the value is the word on screen."""

    NUMBER = "数字"
    TEXT = "文字"
    BOOLEAN = "是否"
    DATE = "日期"
    LIST = "列表"
    FIELDS = "一组字段"
    NULL = "空值"
    ANY = "任意"


@dataclass(frozen=True, slots=True)
class Type:
    """A type; lists know their elements, groups of fields their fields (`open` ones may have more than they list)."""

    base: Base
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict, hash=False)
    open: bool = False

    def __str__(self) -> str:
        if self.base is Base.LIST and self.item is not None and self.item.base is not Base.ANY:
            return f"{self.item}的列表"
        return self.base.value


NUMBER = Type(Base.NUMBER)
TEXT = Type(Base.TEXT)
BOOLEAN = Type(Base.BOOLEAN)
DATE = Type(Base.DATE)
NULL = Type(Base.NULL)
ANY = Type(Base.ANY)


def list_of(item: Type) -> Type:
    """Lists of `item`."""
    return Type(Base.LIST, item=item)


def fields_of(fields: Mapping[str, Type], *, open: bool = False) -> Type:
    """Groups of named fields; an open group may hold others, of which nothing is known."""
    return Type(Base.FIELDS, fields=dict(fields), open=open)


def compatible(found: Type, wanted: Type) -> bool:
    """Whether a value of `found` may stand where `wanted` is asked for (null may stand anywhere)."""
    loose = (Base.ANY, Base.NULL)
    if found.base in loose or wanted.base in loose:
        return True
    if found.base is not wanted.base:
        return False
    if found.base is Base.LIST:
        return compatible(found.item or ANY, wanted.item or ANY)
    return True


def joined(one: Type, other: Type) -> Type:
    """The type of a value that is one or the other."""
    if one.base is Base.NULL or one == other:
        return other
    if other.base is Base.NULL:
        return one
    if one.base is Base.LIST and other.base is Base.LIST:
        return list_of(joined(one.item or ANY, other.item or ANY))
    return ANY
