"""What other bands may use of the rules centre."""

from yihu.hub.centres.rules.selectors.tables import NoDecisionError
from yihu.hub.centres.rules.services.evaluating import (
    Decision,
    Subject,
    UnableToDecideError,
    evaluate_one,
    version_for,
)
from yihu.hub.centres.rules.services.shipped import load_shipped_tables

__all__ = [
    "Decision",
    "NoDecisionError",
    "Subject",
    "UnableToDecideError",
    "evaluate_one",
    "load_shipped_tables",
    "version_for",
]
