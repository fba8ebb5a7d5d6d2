"""The program's own code lists brought into the centre, where an administrator sees what the program computes with."""

from datetime import date, datetime, timedelta
from importlib.metadata import version as version_of

from django.db import transaction

from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes import compute
from yihu.hub.foundation.codes.choices import Origin, State
from yihu.hub.foundation.codes.models import CodeTable, TableVersion
from yihu.hub.foundation.codes.services.drafting import hash_of, rows_for, write_entries
from yihu.hub.foundation.codes.services.layouts import find_layout
from yihu.hub.foundation.codes.services.parsing import Draft
from yihu.hub.foundation.codes.services.problems import Place
from yihu.hub.foundation.codes.services.trees import plant

FIRST_DAY = date(2000, 1, 1)
"""The first edition answers for all days the data may speak of; later editions begin on the day they arrive."""

PROGRAM = "程序"


@transaction.atomic
def load_shipped_tables(*, now: datetime) -> list[TableVersion]:
    """Publish those lists whose content differs from what is published; they were reviewed with the program."""
    loaded = (_load(table, now) for table in compute.shipped_tables())
    return [version for version in loaded if version is not None]


def _load(shipped: compute.ShippedTable, now: datetime) -> TableVersion | None:
    table, _ = CodeTable.objects.update_or_create(
        code=shipped.code,
        defaults={
            "name": shipped.name, "standard": shipped.standard, "levels": list(shipped.levels),
            "origin": Origin.SHIPPED,
        },
    )  # fmt: skip
    entries = [Draft(code, name, Place(), parent) for code, name, parent in shipped.rows]
    plant(entries, find_layout("standard", table=shipped.code), [])
    version = TableVersion(table=table, created_name=PROGRAM, created_at=now, source="lens/schema")
    stamp = hash_of(rows_for(version, entries))
    last = table.versions.order_by("-valid_from").first()
    if last is not None and last.content_hash == stamp:
        return None
    version.label = f"随程序 {version_of('yihu')}（{stamp[:8]}）"
    version.valid_from = max(now.date(), last.valid_from + timedelta(days=1)) if last else FIRST_DAY
    version.save()
    write_entries(version, entries)
    return _publish(version, now)


def _publish(version: TableVersion, now: datetime) -> TableVersion:
    version.state, version.reviewed_name, version.reviewed_at = State.PUBLISHED, "随程序发布", now
    version.save()
    record(
        verb="code_table.publish", username=PROGRAM, target=f"code_table:{version.table.code}",
        target_name=str(version), detail={"content_hash": version.content_hash},
    )  # fmt: skip
    return version
