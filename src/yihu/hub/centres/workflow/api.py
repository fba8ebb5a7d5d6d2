"""What matters and other bands may use of processes."""

from yihu.hub.centres.workflow.catalogue.problems import Problem
from yihu.hub.centres.workflow.catalogue.registries import (
    ServiceError,
    listen,
    register_candidates,
    register_decisions,
    register_service,
)
from yihu.hub.centres.workflow.choices import (
    STEP_VERBS,
    USUAL_VERBS,
    AssignmentState,
    EmptyPolicy,
    InstanceState,
    Mode,
    Origin,
    SamePerson,
    StepState,
    TimeoutPolicy,
    Verb,
)
from yihu.hub.centres.workflow.models import Assignment, Instance, ProcessVersion, Step
from yihu.hub.centres.workflow.selectors.graphs import get_version
from yihu.hub.centres.workflow.selectors.lists import assignments_for, open_nodes
from yihu.hub.centres.workflow.selectors.pictures import picture
from yihu.hub.centres.workflow.selectors.standing import manages, may_act, may_read, verbs_of
from yihu.hub.centres.workflow.selectors.trails import trail
from yihu.hub.centres.workflow.selectors.ways import targets_of
from yihu.hub.centres.workflow.selectors.working_time import due_after
from yihu.hub.centres.workflow.services.acting import act
from yihu.hub.centres.workflow.services.changing import update_data
from yihu.hub.centres.workflow.services.examining import examine_process
from yihu.hub.centres.workflow.services.firing import fire_due
from yihu.hub.centres.workflow.services.managing import copy_to, terminate, urge, withdraw
from yihu.hub.centres.workflow.services.migrating import migrate, plan_migration
from yihu.hub.centres.workflow.services.reassigning import reassign, retry_incident
from yihu.hub.centres.workflow.services.refusals import UnableToActError
from yihu.hub.centres.workflow.services.starting import Subject, freeze_process, start
from yihu.hub.centres.workflow.services.suspending import resume, suspend

__all__ = [
    "STEP_VERBS",
    "USUAL_VERBS",
    "Assignment",
    "AssignmentState",
    "EmptyPolicy",
    "Instance",
    "InstanceState",
    "Mode",
    "Origin",
    "Problem",
    "ProcessVersion",
    "SamePerson",
    "ServiceError",
    "Step",
    "StepState",
    "Subject",
    "TimeoutPolicy",
    "UnableToActError",
    "Verb",
    "act",
    "assignments_for",
    "copy_to",
    "due_after",
    "examine_process",
    "fire_due",
    "freeze_process",
    "get_version",
    "listen",
    "manages",
    "may_act",
    "may_read",
    "migrate",
    "open_nodes",
    "picture",
    "plan_migration",
    "reassign",
    "register_candidates",
    "register_decisions",
    "register_service",
    "resume",
    "retry_incident",
    "start",
    "suspend",
    "targets_of",
    "terminate",
    "trail",
    "update_data",
    "urge",
    "verbs_of",
    "withdraw",
]
