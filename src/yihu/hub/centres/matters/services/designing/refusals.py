"""Why the designers refuse."""

from collections.abc import Sequence

from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.centres.matters.services.refusals import UnableToMatterError


class UnableToDesignError(UnableToMatterError):
    """
    MTR-D01 not in this state, D02 somebody else saved first, D03 the name of a file, D04 too large, D05 unusable
    content, D06 a draft is open already, D07 problems, D08 cases not passed, D09 took part, D10 no reason, D11 nothing
    changed, D12 the edition, D13 the matter is there already or not there, D14 the cases are running.
    """

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(code, message)
        self.problems = tuple(problems)
