"""Process versions, instances, tokens, steps, assignments, timers, incidents and the trail of acts."""

from yihu.hub.centres.workflow.models.acts import Act, Copy, Party
from yihu.hub.centres.workflow.models.instances import Instance, Token
from yihu.hub.centres.workflow.models.steps import Assignment, Step
from yihu.hub.centres.workflow.models.versions import ProcessVersion
from yihu.hub.centres.workflow.models.waits import Incident, Timer

__all__ = ["Act", "Assignment", "Copy", "Incident", "Instance", "Party", "ProcessVersion", "Step", "Timer", "Token"]
