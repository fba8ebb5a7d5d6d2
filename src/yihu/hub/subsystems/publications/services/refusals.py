"""Why a verb was refused, each with a stable code."""

from yihu.hub.base.errors import UnableTo


class UnableToPublishError(UnableTo):
    """
    KB-010 out of reach, 011 no such text, 012 a law it cites no longer holds, 013 the days, 014 no basis, 020 the
    author approves, 021 withdrawn already, 022 no reason, 023 nothing to settle.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code


class UnableToCompileError(UnableTo):
    """JNL-001 the issue is there, 002 it is out, 003 no accepted paper, 004 empty, 005 the editor signs, 008 taken."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text}（{code}）")
        self.code = code
