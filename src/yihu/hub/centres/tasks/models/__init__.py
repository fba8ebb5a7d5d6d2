"""Sources, to-dos, supervision, reminders, codes sent by SMS."""

from yihu.hub.centres.tasks.models.reconciling import Difference, Reconciliation
from yihu.hub.centres.tasks.models.sms import SmsApprover, SmsChallenge, SmsReply
from yihu.hub.centres.tasks.models.sources import Source
from yihu.hub.centres.tasks.models.supervising import Reminder, Supervision
from yihu.hub.centres.tasks.models.todos import EarlyEnding, Todo

__all__ = [
    "Difference",
    "EarlyEnding",
    "Reconciliation",
    "Reminder",
    "SmsApprover",
    "SmsChallenge",
    "SmsReply",
    "Source",
    "Supervision",
    "Todo",
]
