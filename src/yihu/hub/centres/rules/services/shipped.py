"""Decision tables that come with the program, published when it first starts."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import DecisionTable, TableVersion
from yihu.hub.centres.rules.services.drafting import content_of
from yihu.hub.foundation.audit.api import record

SHIPPED = Path(__file__).parents[1] / "shipped"
PROGRAM = "程序"


@transaction.atomic
def load_shipped_tables(*, now: datetime) -> list[TableVersion]:
    """Publish those that are not here yet: they were reviewed with the program. What people made of others stays."""
    listed: dict[str, dict[str, Any]] = yaml.safe_load((SHIPPED / "tables.yaml").read_text("utf-8"))
    known = set(DecisionTable.objects.filter(key__in=listed).values_list("key", flat=True))
    return [_load(key, about, now) for key, about in listed.items() if key not in known]


def _load(key: str, about: dict[str, Any], now: datetime) -> TableVersion:
    table = DecisionTable.objects.create(key=key, name=about["name"], purpose=about["purpose"], is_shipped=True)
    content = content_of((SHIPPED / f"{key}.dmn").read_text("utf-8"))
    valid_from: date = about["valid_from"]
    version = TableVersion.objects.create(
        table=table, number=1, xml=content.xml, digest=content.digest, findings=content.findings,
        state=VersionState.PUBLISHED, valid_from=valid_from, change_note="随程序提供的第一版",
        created_name=PROGRAM, created_at=now, reviewed_name="随程序发布", reviewed_at=now,
    )  # fmt: skip
    record(
        verb="decision_table.publish", username=PROGRAM, target=f"decision_table:{key}", target_name=str(version),
        detail={"content_hash": version.digest, "valid_from": valid_from},
    )  # fmt: skip
    return version
