"""Decision tables of DMN 1.3: read from XML, checked, analysed for gaps and overlaps, evaluated in microseconds."""

from yihu.kit.decisions.analysis import TableFinding, analyse, explain
from yihu.kit.decisions.hardening import Problem, UnreadableTableError
from yihu.kit.decisions.reading import read_table
from yihu.kit.decisions.running import CompiledTable, Outcome
from yihu.kit.decisions.tables import POLICY_NAMES, DecisionError, HitPolicy, Input, Output, Rule, Table
from yihu.kit.decisions.writing import write_table

__all__ = [
    "POLICY_NAMES",
    "CompiledTable",
    "DecisionError",
    "HitPolicy",
    "Input",
    "Outcome",
    "Output",
    "Problem",
    "Rule",
    "Table",
    "TableFinding",
    "UnreadableTableError",
    "analyse",
    "explain",
    "read_table",
    "write_table",
]
