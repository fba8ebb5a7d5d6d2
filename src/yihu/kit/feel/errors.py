"""The one exception of this package, and the limits that make every evaluation end."""

MAX_LENGTH = 4_000
"""Characters of one expression."""
MAX_DEPTH = 100
"""Levels of one syntax tree; chains such as `a + b + c` count one level an operator."""
MAX_NESTING = 40
"""Brackets, `if` and function calls inside one another."""
MAX_DIGITS = 34
"""Significant digits of a number, those of IEEE 754 decimal128 as DMN 1.3 §10.3.2.3.1 asks."""
MAX_STEPS = 100_000
"""List elements and 64-character pieces of text that one evaluation may look at."""
MAX_DATA_DEPTH = 20
"""Levels of lists within lists that are compared or flattened."""


class ExpressionError(ValueError):
    """What is wrong with an expression, or with evaluating it.

    `code` never changes once published (docs/subsystems/rules.md lists them), `message_zh` is for the person who wrote
    the expression, `position` is the 0-based character where it was noticed.
    """

    def __init__(self, code: str, message_zh: str, position: int = 0) -> None:
        super().__init__(f"{message_zh}（第 {position + 1} 个字符处，{code}）")
        self.code = code
        self.message_zh = message_zh
        self.position = position
