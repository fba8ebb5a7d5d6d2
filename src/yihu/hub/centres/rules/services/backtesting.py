"""Back-tests: asked for by a person, carried out by the worker over the published snapshot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate
from procrastinate.contrib.django import app

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.rules import compute
from yihu.hub.centres.rules.choices import Population, RunState
from yihu.hub.centres.rules.models import BackTest, BackTestExample, TableVersion
from yihu.hub.centres.rules.selectors.tables import find_version_on, ready
from yihu.hub.foundation.audit.api import record
from yihu.kit.decisions import Table, UnreadableTableError

CARRY_OUT = "rules.back_test"


class UnableToBackTestError(UnableTo):
    """The back-test cannot be run (RULES-B01…B04)."""


@transaction.atomic
def ask_back_test(
    *, version: TableVersion, population: Population, columns: Mapping[str, str], actor: Any, now: datetime,
    request: Any = None,
) -> BackTest:  # fmt: skip
    """
    Queue a run of the version, and of the one in force, over the published snapshot.

    :param columns: by label of each input column, the snapshot's column that it reads
    :raises UnableToBackTestError: RULES-B01 the version cannot run, B02 a column is missing, B03 no snapshot
    """
    table = _table_of(version)
    missing = [column.label for column in table.inputs if not columns.get(column.label)]
    if missing:
        raise UnableToBackTestError(f"请给“{missing[0]}”选一列数据（RULES-B02）")
    kept = compute.find_current()
    if kept is None:
        raise UnableToBackTestError("还没有已发布的快照：采集并构建之后才能回测（RULES-B03）")
    present = find_version_on(version.table, localdate(now))
    run = BackTest.objects.create(
        version=version, present=present if present != version else None, digest=version.digest,
        population=population, columns={column.label: columns[column.label] for column in table.inputs},
        snapshot_id=kept.id, asked_by=actor.pk, asked_name=actor.display_name, asked_at=now,
    )  # fmt: skip
    record(
        verb="decision_table.back-test", request=request, actor=actor, target=f"decision_table:{version.table.key}",
        target_name=str(version), detail={"snapshot": kept.id, "source": run.get_population_display()},
    )  # fmt: skip
    # By name: jobs stand above services.
    app.configure_task(CARRY_OUT, queue="data").defer(run_id=run.pk)
    return run


def carry_out(*, run_id: int) -> None:
    """Run it; again after a kill it starts over. What goes wrong is written on the run."""
    with as_system("规则回测"):
        run = BackTest.objects.select_related("version__table", "present").filter(pk=run_id).first()
        if run is None or run.state in (RunState.DONE, RunState.FAILED):
            return
        _put(run, state=RunState.RUNNING, done=0)
        try:
            found = _computed(run)
        except (UnableTo, UnreadableTableError, compute.NotColumnarError) as error:
            _put(run, state=RunState.FAILED, message=str(error)[:500], ended_at=timezone.now())
            return
        except Exception:
            message = "计算时出了意外，没有结果；请重新发起，仍不行请联系运维人员（RULES-B04）"
            _put(run, state=RunState.FAILED, message=message, ended_at=timezone.now())
            raise
        _keep(run, found)


def _computed(run: BackTest) -> compute.BackTested:
    kept = compute.find_current()
    if kept is None:
        raise UnableToBackTestError("快照已不在，请重新构建后再回测（RULES-B03）")
    if run.version.digest != run.digest:
        raise UnableToBackTestError("发起之后草稿又改过，请重新发起回测（RULES-B01）")
    run.snapshot_id = kept.id
    present = _table_of(run.present) if run.present is not None else None
    if present is not None and {c.label for c in present.inputs} - set(run.columns):
        present = None
    return compute.run_back_test(
        kept, run.population, _table_of(run.version), present, run.columns,
        on=max(run.version.valid_from, localdate(run.asked_at)), present_on=localdate(run.asked_at),
        progress=lambda done, total: _put(run, done=done, total=total),
    )  # fmt: skip


@transaction.atomic
def _keep(run: BackTest, found: compute.BackTested) -> None:
    run.examples.all().delete()
    BackTestExample.objects.bulk_create(BackTestExample(back_test=run, **_short(one)) for one in found.examples)
    _put(
        run, state=RunState.DONE, done=found.total, total=found.total, counts=found.counts, differing=found.differing,
        refused=found.refused, snapshot_id=run.snapshot_id, ended_at=timezone.now(),
    )  # fmt: skip


def _short(example: dict[str, Any]) -> dict[str, Any]:
    limits = {"taxpayer_number": 64, "household_id": 32, "name": 300, "thing": 80, "before": 200, "after": 200}
    return {name: value[: limits[name]] if name in limits else value for name, value in example.items()}


def _put(run: BackTest, **values: Any) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    BackTest.objects.filter(pk=run.pk).update(**values)


def _table_of(version: TableVersion) -> Table:
    try:
        return ready(version).table
    except UnreadableTableError as error:
        raise UnableToBackTestError(f"这个版本还不能运行：{error}（RULES-B01）") from error
