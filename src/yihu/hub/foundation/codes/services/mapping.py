"""Mappings between codes: proposed by one person, confirmed or turned down by another."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes.choices import MappingKind, MappingState
from yihu.hub.foundation.codes.models import CodeMapping, TableVersion


class UnableToMapError(UnableTo):
    """The mapping does not fit the versions, exists already, or may not be judged by this person."""


@dataclass(frozen=True, slots=True)
class MappingFields:
    """What a user says about a mapping; `to_code` is empty for an abolished code."""

    from_version: TableVersion
    from_code: str
    to_version: TableVersion
    to_code: str
    kind: MappingKind
    effective_on: date | None = None
    basis: str = ""


@transaction.atomic
def propose_mapping(*, fields: MappingFields, actor: Any, now: datetime, request: Any = None) -> CodeMapping:
    """
    Write down what became of a code.

    :raises UnableToMapError: unknown code, or the same mapping is there already
    """
    _refuse_unknown(fields)
    try:
        with transaction.atomic():
            made = CodeMapping.objects.create(
                table=fields.from_version.table, from_version=fields.from_version, from_code=fields.from_code,
                to_version=fields.to_version, to_code=fields.to_code, kind=fields.kind,
                effective_on=fields.effective_on, basis=fields.basis[:300], proposed_by=getattr(actor, "pk", None),
                proposed_name=actor.username, proposed_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise UnableToMapError(f"{fields.from_code} 到 {fields.to_code or '废止'} 的对照已经有了") from error
    _record("map", made, actor, request)
    return made


@transaction.atomic
def judge_mapping(*, mapping: CodeMapping, agree: bool, actor: Any, now: datetime, request: Any = None) -> CodeMapping:
    """
    Confirm a proposed mapping, or turn it down.

    :raises UnableToMapError: judged already, or the judge proposed it
    """
    locked = CodeMapping.objects.select_for_update().get(pk=mapping.pk)
    if locked.state != MappingState.PROPOSED:
        raise UnableToMapError(f"该对照{locked.get_state_display()}，不必再审；请刷新页面")
    if locked.proposed_by == actor.pk or locked.proposed_name == actor.username:
        raise UnableToMapError("该对照由您提出，须由另一人确认")
    locked.state = MappingState.CONFIRMED if agree else MappingState.REJECTED
    locked.confirmed_by, locked.confirmed_name, locked.confirmed_at = actor.pk, actor.username, now
    locked.save()
    _record("map-confirm" if agree else "map-reject", locked, actor, request)
    return locked


def _refuse_unknown(fields: MappingFields) -> None:
    if fields.from_version.table_id != fields.to_version.table_id:
        raise UnableToMapError("对照的两端应属于同一张代码表")
    if (fields.kind == MappingKind.ABOLISHED) != (not fields.to_code):
        raise UnableToMapError("废止的代码没有新代码，其他关系必须有新代码")
    for version, code in ((fields.from_version, fields.from_code), (fields.to_version, fields.to_code)):
        if code and not version.entries.filter(code=code).exists():
            raise UnableToMapError(f"版本“{version.label}”里没有代码 {code}，请核对")


def _record(act: str, mapping: CodeMapping, actor: Any, request: Any) -> None:
    record(
        verb=f"code_table.{act}", request=request, actor=actor, target=f"code_table:{mapping.table.code}",
        target_name=str(mapping), detail={"kind": mapping.kind, "state": mapping.state, "basis": mapping.basis},
    )  # fmt: skip
