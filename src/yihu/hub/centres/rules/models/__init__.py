"""Decision tables, their versions, what they did, and who is excepted."""

from yihu.hub.centres.rules.models.runs import BackTest, BackTestExample, DayHits, Trace
from yihu.hub.centres.rules.models.suppressions import Suppression
from yihu.hub.centres.rules.models.tables import DecisionTable, TableVersion

__all__ = ["BackTest", "BackTestExample", "DayHits", "DecisionTable", "Suppression", "TableVersion", "Trace"]
