"""What other bands may use of the matter centre."""

from collections.abc import Callable
from typing import Any

from yihu.hub.centres.matters.catalogue.registries import (
    keep_handler,
    register_check,
    register_prefill,
    register_stage,
)
from yihu.hub.centres.matters.models import Case, Matter, MatterVersion
from yihu.hub.centres.matters.selectors.versions import find_in_force, in_force
from yihu.hub.centres.matters.services.acting import act_on_case
from yihu.hub.centres.matters.services.applying import apply_at_once, submit_application
from yihu.hub.centres.matters.services.deciding import decide
from yihu.hub.centres.matters.services.drafts import begin_draft, save_draft
from yihu.hub.centres.matters.services.following import case_of, follow_assignment, follow_end, follow_step
from yihu.hub.centres.matters.services.letters import issue_letters, send_notices
from yihu.hub.centres.matters.services.loading import Loaded, load_bundles
from yihu.hub.centres.matters.services.playing import play_bundle
from yihu.hub.centres.matters.services.refusals import (
    UnableToApplyError,
    UnableToMatterError,
    UnableToPublishError,
)
from yihu.hub.centres.matters.services.versions import draft_version, examined, play_version, publish_version
from yihu.hub.centres.workflow import api as workflow

__all__ = [
    "Case",
    "Loaded",
    "Matter",
    "MatterVersion",
    "UnableToApplyError",
    "UnableToMatterError",
    "UnableToPublishError",
    "act_on_case",
    "apply_at_once",
    "begin_draft",
    "case_of",
    "draft_version",
    "examined",
    "find_in_force",
    "follow_the_workflow",
    "in_force",
    "issue_letters",
    "load_bundles",
    "play_bundle",
    "play_version",
    "publish_version",
    "register_check",
    "register_handler",
    "register_prefill",
    "register_stage",
    "save_draft",
    "send_notices",
    "submit_application",
]


def register_handler(key: str, fn: Callable[..., Any]) -> None:
    """Offer a handler to the service tasks of bundles under a key; it makes one service call."""
    keep_handler(key, fn)
    workflow.register_service(key, fn)


def follow_the_workflow() -> None:
    """Cases follow their processes; called once when the program starts."""
    # Whatever a process names: a table of its bundle, or one of the rules centre.
    workflow.register_decisions(lambda key: True, decide)
    workflow.listen("step_opened", follow_step)
    workflow.listen("assignment_closed", follow_assignment)
    workflow.listen("instance_ended", follow_end)
