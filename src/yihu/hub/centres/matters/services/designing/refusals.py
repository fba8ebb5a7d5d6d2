"""Why the designers refuse."""

from collections.abc import Sequence

from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.centres.matters.services.refusals import UnableToMatterError


class UnableToDesignError(UnableToMatterError):
    """
    MTR-W01 not in this state, W02 somebody else saved first, W03 the name of a file, W04 too large, W05 unusable
    content, W06 a draft is open already, W07 problems, W08 cases not passed, W09 took part, W10 no reason, W11 nothing
    changed, W12 the edition, W13 the matter is there already or not there, W14 the cases are running.
    """

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(code, message)
        self.problems = tuple(problems)
