"""Instances within a manager's reach, with what their lists show."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yihu.hub.base.access import Scope
from yihu.hub.centres.workflow.choices import AssignmentState, StepState
from yihu.hub.centres.workflow.models import Assignment, Incident, Instance, ProcessVersion, Step
from yihu.hub.centres.workflow.selectors.standing import MANAGE, manages, may_read

OPEN_PLACES = Assignment.objects.filter(state=AssignmentState.OPEN).select_related("assignee").order_by("id")


class NoSuchProcessError(LookupError):
    """Unknown, or not for this reader: nobody learns which."""


def list_instances(actor: Any) -> QuerySet[Instance]:
    """Processes of offices within reach up to the actor's clearance, the latest first; called ones stand in theirs."""
    rows = Instance.objects.filter(in_scope(actor.scope(MANAGE)), root=None)
    steps = Step.objects.filter(state=StepState.OPEN).order_by("id")
    return rows.select_related("version", "initiator__office").prefetch_related(
        Prefetch("steps", steps.prefetch_related(Prefetch("assignments", OPEN_PLACES, "open_places")), "open_steps"),
        Prefetch("incidents", Incident.objects.filter(resolved_at=None), "open_incidents"),
    )


def in_scope(scope: Scope) -> Q:
    """The condition that an instance's office is in scope and its label within the clearance."""
    reach = Q() if scope.everything else Q(office_code__in=scope.offices)
    return reach & Q(label__lte=scope.clearance)


def with_incident(rows: QuerySet[Instance]) -> QuerySet[Instance]:
    return rows.filter(Exists(Incident.objects.filter(instance=OuterRef("pk"), resolved_at=None)))


def overdue_at(rows: QuerySet[Instance], now: datetime) -> QuerySet[Instance]:
    return rows.filter(Exists(Step.objects.filter(instance=OuterRef("pk"), state=StepState.OPEN, due_at__lt=now)))


def get_instance(actor: Any, pk: int) -> Instance:
    """
    An instance the actor may read.

    :raises NoSuchProcessError: see the class
    """
    found = Instance.objects.select_related("version", "initiator__office").filter(pk=pk).first()
    if found is None or not may_read(actor, found):
        raise NoSuchProcessError(pk)
    return found


def get_managed(actor: Any, pk: int) -> Instance:
    """
    An instance whose processes the actor keeps.

    :raises NoSuchProcessError: see the class
    """
    found = Instance.objects.select_related("version", "initiator__office").filter(pk=pk).first()
    if found is None or not manages(actor, found):
        raise NoSuchProcessError(pk)
    return found


def list_places(instance: Instance) -> QuerySet[Assignment]:
    """Everybody's places in an instance and in what it called, as they came."""
    top = instance.root_id or instance.pk
    rows = Assignment.objects.filter(Q(step__instance=top) | Q(step__instance__root=top))
    return rows.select_related("step", "assignee__office", "acted_by", "added_by").order_by("id")


def list_versions() -> QuerySet[ProcessVersion]:
    """All versions of all processes; the newest of each first."""
    return ProcessVersion.objects.select_related("frozen_by").defer("xml").order_by("key", "-number")


def running_of(actor: Any, version: ProcessVersion) -> QuerySet[Instance]:
    """Running instances of one version within a manager's reach, called ones too."""
    rows = Instance.objects.filter(in_scope(actor.scope(MANAGE)), version=version, state__in=["RUNNING", "SUSPENDED"])
    return rows.select_related("version", "initiator__office").order_by("started_at")


def suggest_people(actor: Any, text: str) -> QuerySet[Any]:
    """Active people at the offices beside and below one's own superior's, by the beginning of name or account."""
    from yihu.hub.foundation.org.api import User

    top = actor.office.parent or actor.office
    rows = User.objects.filter(is_active=True, office__path__gte=top.path, office__path__lt=top.path + "~")
    return rows.filter(Q(username__startswith=text) | Q(display_name__startswith=text)).order_by("username")[:12]
