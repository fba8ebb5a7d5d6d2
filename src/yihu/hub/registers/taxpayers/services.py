"""The verbs of the register: fill it from a snapshot, label a taxpayer."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest

from yihu.hub.base.access import Label, decide
from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.audit.api import record
from yihu.hub.registers.taxpayers import compute
from yihu.hub.registers.taxpayers.models import Refresh, Taxpayer

COLUMNS = "number, household_id, name, office_code, division_code, status_code"
FRESH = f"CREATE TEMP TABLE fresh_taxpayers ON COMMIT DROP AS SELECT {COLUMNS} FROM taxpayers_taxpayer WITH NO DATA"
ARRIVE = f"""
INSERT INTO taxpayers_taxpayer ({COLUMNS}, label, is_present)
SELECT {COLUMNS}, {int(Label.INTERNAL)}, true FROM fresh_taxpayers
ON CONFLICT (number) DO UPDATE SET household_id = excluded.household_id, name = excluded.name,
   office_code = excluded.office_code, division_code = excluded.division_code, status_code = excluded.status_code,
   is_present = true
 WHERE (taxpayers_taxpayer.household_id, taxpayers_taxpayer.name, taxpayers_taxpayer.office_code,
        taxpayers_taxpayer.division_code, taxpayers_taxpayer.status_code, taxpayers_taxpayer.is_present)
    IS DISTINCT FROM (excluded.household_id, excluded.name, excluded.office_code, excluded.division_code,
                      excluded.status_code, true)
"""
LEAVE = """
UPDATE taxpayers_taxpayer t SET is_present = false
 WHERE is_present AND NOT EXISTS (SELECT FROM fresh_taxpayers f WHERE f.number = t.number)
"""
# Two refreshes at once would wait for each other's rows in different orders.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('taxpayers.refresh'))"


class UnableToLabelError(UnableTo):
    """The taxpayer is unknown or out of reach, or no reason was given."""


def refresh_register(*, now: datetime) -> int | None:
    """
    Fill the register from the published snapshot in one transaction; None when it is filled from it already.

    :returns: registrations the snapshot has
    """
    kept = compute.find_current()
    if kept is None:
        return None
    with as_system("按已发布快照更新纳税人名册"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ALONE)
        if Refresh.objects.filter(snapshot_id=kept.id).exists():
            return None
        cursor.execute("DROP TABLE IF EXISTS pg_temp.fresh_taxpayers")
        cursor.execute(FRESH)
        rows = 0
        with cursor.copy(f"COPY fresh_taxpayers ({COLUMNS}) FROM STDIN") as copy:
            for row in compute.read_registrations(kept):
                copy.write_row(row)
                rows += 1
        cursor.execute("ANALYZE fresh_taxpayers")
        cursor.execute(ARRIVE)
        cursor.execute(LEAVE)
        Refresh.objects.update_or_create(pk=1, defaults={"snapshot_id": kept.id, "rows": rows, "refreshed_at": now})
    return rows


@transaction.atomic
def set_label(*, request: HttpRequest, number: str, label: Label, reason: str, actor: Any = None) -> Taxpayer:
    """
    Give a taxpayer a label; it holds from the next request on, for every reader below it.

    :raises UnableToLabelError: unknown or outside the scope, or without a reason
    """
    person = actor or request.user
    if not reason.strip():
        raise UnableToLabelError("请写明调整标签的理由")
    taxpayer = Taxpayer.objects.select_for_update().filter(pk=number).first()
    if taxpayer is None or not decide(person, "taxpayer.label", taxpayer):
        raise UnableToLabelError(f"没有识别号 {number}，或不在您的管辖范围内")
    before = Label(taxpayer.label)
    taxpayer.label = label
    taxpayer.save(update_fields=["label"])
    record(
        verb="taxpayer.label",
        request=request,
        actor=person,
        target=f"taxpayer:{number}",
        target_name=taxpayer.name,
        purpose=reason,
        detail={"before": before.label, "after": label.label},
    )
    return taxpayer


def put_taxpayer_on_stage(*, number: str, name: str, office: Any) -> Taxpayer:
    """
    A registration for a rehearsal, inside a transaction that its caller always takes back.

    :raises RuntimeError: outside a transaction, where it would stay
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a stage is set inside a transaction that is taken back")
    made, _ = Taxpayer.objects.update_or_create(
        number=number,
        defaults={
            "household_id": f"~{number}", "name": name, "office_code": office.code,
            "division_code": office.division_code, "status_code": "ACTIVE", "label": Label.INTERNAL,
            "is_present": True,
        },
    )  # fmt: skip
    return made
