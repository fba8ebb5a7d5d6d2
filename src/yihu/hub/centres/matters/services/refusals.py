"""Why the matter centre refuses: each with a stable code and what to do."""

from collections.abc import Sequence

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.centres.matters.catalogue.validation import Fault


class UnableToMatterError(UnableTo):
    """The step is not open in this state, or not to this person; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message}（{code}）")
        self.code = code


class UnableToApplyError(UnableToMatterError):
    """An application cannot be handed in; `faults` stand beside their fields."""

    def __init__(self, code: str, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(code, message)
        self.faults = tuple(faults)


class UnableToPublishError(UnableToMatterError):
    """A bundle cannot become a version; `problems` say where and what to do."""

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(code, message)
        self.problems = tuple(problems)
