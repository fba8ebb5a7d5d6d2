"""Refusals of the tasks centre, each with a code for the help desk and for machines."""

from yihu.hub.base.errors import UnableTo


class UnableToTaskError(UnableTo):
    """A verb on a to-do was refused; `code` is stable, the text says what, where and what to do."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code


class UnableToPutError(UnableToTaskError):
    """TODO-001 unknown source, 002 key or title, 003 state, 004 receiver, 005 stamp ahead, 007 address, 008 stamp."""


class UnableToDecideError(UnableToTaskError):
    """TODO-020 not theirs, 021 not pending, 022 not low risk, 023 the source takes no decisions, 024 no opinion."""


class UnableToHandOverError(UnableToTaskError):
    """TODO-030 out of reach, 031 to oneself or to somebody who has left, 032 the source hands nothing over."""


class UnableToSuperviseError(UnableToTaskError):
    """TODO-040 out of reach, 041 not open, 042 the day, 043 under supervision already, 044 answered or closed."""


class UnableToReadError(UnableToTaskError):
    """TODO-020 not theirs."""


class UnableToSmsError(UnableToTaskError):
    """TODO-060 not by SMS, 061 not asked for, 062 no number in effect."""


class UnableToKeepSourceError(UnableToTaskError):
    """TODO-050 no permission, 051 code taken, 052 malformed host, 053 SMS beyond low risk."""


class UnableToReconcileError(UnableToTaskError):
    """TODO-060 out of reach, 061 nothing to mend, 062 the list could not be had."""
