"""Why a verb was refused, each with a stable code."""

from yihu.hub.base.errors import UnableTo


class UnableToBookError(UnableTo):
    """
    BKG-001 times, 002 unknown or out of sight, 003 out of service, 004 taken (with alternatives), 005 too few seats,
    006 in the past, 007 no such booking or over, 008 out of reach.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code


class UnableToKeepError(UnableTo):
    """BKG-008 out of reach, 010 the code or plate is another's, 011 what is still booked cannot be retired."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code


class UnableToDriveError(UnableTo):
    """VEH-009 the odometer runs backwards, 010 not theirs to write, 011 written already, 012 times."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code
