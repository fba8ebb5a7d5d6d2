"""A process that stands still in an office, with a place and an incident: rows for the permission matrix."""

from typing import Any

from django.utils import timezone

from yihu.hub.centres.workflow.models import (
    Assignment,
    Incident,
    Instance,
    ProcessVersion,
    Step,
    Token,
)
from yihu.hub.centres.workflow.tests.bpmn import line, user


def process_rows_of(office: Any, person: Any) -> dict[str, Any]:
    """Kind of object to the id of one in the office."""
    now, common = timezone.now(), {"key": "matrix", "roles": {}, "digest": "matrix", "frozen_at": timezone.now()}
    version, _ = ProcessVersion.objects.get_or_create(
        key="matrix", number=1, defaults={**common, "name": "矩阵", "xml": line(user("a", "nobody"))}
    )
    instance = Instance.objects.create(
        version=version, subject_kind="test", subject_number=f"M-{office.code}", subject_title="一件",
        office_code=office.code, initiator=person, started_at=now,
    )  # fmt: skip
    token = Token.objects.create(instance=instance, node_id="a")
    step = Step.objects.create(instance=instance, token=token, node_id="a", name="环节", opened_at=now)
    place = Assignment.objects.create(step=step, assignee=person, seat=1, state="OPEN", opened_at=now)
    stuck = Token.objects.create(instance=instance, node_id="a", state="STUCK")
    incident = Incident.objects.create(
        instance=instance, token=stuck, node_id="a", code="BPM-420", message="没有完成", opened_at=now
    )
    return {"process": instance.pk, "place": place.pk, "incident": incident.pk}
