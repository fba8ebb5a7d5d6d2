"""Who is told: a to-do for whoever may approve, notices for whoever keeps the models."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from yihu.hub.base.access import Label
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.tasks.api import put_todo as put
from yihu.hub.centres.tasks.api import settle_todo
from yihu.hub.foundation.notices.api import notify_many
from yihu.hub.foundation.org.api import User, list_able

SOURCE = "modelhub"


def ask_for_review(version: ModelVersion, *, sender: Any, now: datetime) -> None:
    """A to-do for everybody who may approve and took no part."""
    for person in _holders("models.approve", now):
        if person.pk in {version.trained_by, version.submitted_by}:
            continue
        put(
            source=SOURCE, key=_key(version), receiver=person, title=f"{version}待审核（{version.model_id}）",
            kind="模型审核", node="审核", url=address_of(version), initiator=sender, label=Label.INTERNAL,
            office_code=getattr(person.office, "code", ""), stamp=_stamp(now), now=now,
        )  # fmt: skip


def end_review(version: ModelVersion, *, verdict: str, note: str, actor: Any, now: datetime) -> None:
    """The to-dos of a review end for all; whoever trained and sent it reads the outcome."""
    settle_todo(source=SOURCE, key=_key(version), stamp=_stamp(now), now=now, verdict=verdict)
    concerned = User.objects.filter(pk__in=[n for n in (version.trained_by, version.submitted_by) if n])
    notify_many(
        receivers=[p for p in concerned if p.is_active], template="models.decided", url=address_of(version), now=now,
        context={"model": str(version), "outcome": verdict, "by": actor.display_name, "note": note or "无意见"},
        about=f"model:{version.model_id}",
    )  # fmt: skip


def tell_trained(run: Any, *, now: datetime) -> None:
    """Whoever asked, or all who keep the models where the clock did, read how a training ended."""
    asked = User.objects.filter(pk=run.asked_by, is_active=True) if run.asked_by else _holders("models.train", now)
    notify_many(
        receivers=list(asked), template="models.trained", now=now, key=f"trained:{run.pk}",
        url=reverse("modelhub:run", args=[run.pk]), about=f"training:{run.pk}",
        context={"outcome": run.get_state_display(), "model": str(run.version or "没有新模型"), "message": run.message},
    )  # fmt: skip


def tell_alarms(reading: Any, *, now: datetime) -> None:
    """A reading beyond its bounds, once a model and snapshot."""
    version = reading.version
    notify_many(
        receivers=_holders("models.train", now), template="models.drift", now=now,
        key=f"drift:{version.model_id}:{reading.snapshot_id}", url=address_of(version) + "?tab=watch",
        about=f"model:{version.model_id}",
        context={
            "model": str(version), "count": len(reading.alarms), "as_of": reading.as_of,
            "alarms": "；".join(reading.alarms),
        },
    )  # fmt: skip


def address_of(version: ModelVersion) -> str:
    return reverse("modelhub:model", args=[version.model_id])


def _holders(permission: str, now: datetime) -> list[Any]:
    ids = {holder.user_id for holder in list_able(permission=permission, day=localdate(now))}
    return list(User.objects.select_related("office").filter(pk__in=ids, is_active=True).order_by("pk"))


def _key(version: ModelVersion) -> str:
    return f"review:{version.model_id}"


def _stamp(now: datetime) -> int:
    return int(now.timestamp() * 1000)
