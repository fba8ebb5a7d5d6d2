"""Versions, trainings and readings; whether the program does what is written down."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import ModelState, RunState
from yihu.hub.centres.modelhub.models import ModelVersion, Reading, TrainingRun


def get_version(model_id: str) -> ModelVersion:
    """:raises Http404: no such model"""
    found = ModelVersion.objects.filter(model_id=model_id).first()
    if found is None:
        raise Http404(f"没有模型 {model_id}")
    return found


def list_versions() -> QuerySet[ModelVersion]:
    """All versions with whether the newest reading of each raised an alarm."""
    newest = Reading.objects.filter(version=OuterRef("pk")).order_by("-taken_at", "-pk")
    return ModelVersion.objects.annotate(alarms=Subquery(newest.values("alarms")[:1])).order_by("-edition")


def find_champion() -> ModelVersion | None:
    """The version in force."""
    return ModelVersion.objects.filter(state=ModelState.IN_FORCE).first()


def find_challenger() -> ModelVersion | None:
    """The version in the shadow."""
    return ModelVersion.objects.filter(state=ModelState.SHADOW).first()


def find_unfinished() -> TrainingRun | None:
    """The training that waits or is under way."""
    return TrainingRun.objects.filter(state__in=[RunState.WAITING, RunState.RUNNING]).first()


def out_of_step() -> list[str]:
    """Where the analytical side uses other models than are written down here, in words; empty is the ordinary case."""
    champion, challenger = compute.in_force()
    written = (find_champion(), find_challenger())
    told = []
    for word, used, version in (("排序", champion, written[0]), ("影子", challenger, written[1])):
        meant = version.model_id if version else None
        if used != meant:
            told.append(f"{word}实际用的是 {used or '无'}，登记的是 {meant or '无'}")
    return told


def last_scored() -> dict[str, object] | None:
    """The published snapshot: its id, day, which models scored it and which refused."""
    kept = compute.find_current()
    if kept is None:
        return None
    return {
        "id": kept.id, "as_of": kept.manifest["as_of"], **compute.scored_by(kept), "refused": compute.refusals_of(kept),
    }  # fmt: skip
