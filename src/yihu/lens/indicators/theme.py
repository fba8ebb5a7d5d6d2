"""How an indicator is declared: a small function over the facts table, read by officers through its docstring."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["high", "low", "both"]
Unit = Literal[
    "比率", "元", "个", "张", "人", "户", "次", "天", "月", "年", "倍", "公里", "度", "百分点", "分", "季度", "是否"
]  # fmt: skip
# A household's facts (an Ibis table, see facts/) -> the indicator (a float64 column; null when it does not apply).
Expression = Callable[[Any], Any]
FORMULA = "公式："


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    One indicator as officers, the web and the documents see it.

    `sentence` holds {value} and {peers}; `window` counts months back from the snapshot's last invoice day (0: the
    state on that day, or all history); `direction` says which end is suspicious; `tables` are canonical source tables;
    `is_expanded` tells what the grammar spelled out from what was written by hand.
    """

    code: str
    zh: str
    theme: str
    sentence: str
    formula: str
    unit: Unit
    window: int
    direction: Direction
    tables: tuple[str, ...]
    law: str
    express: Expression
    is_expanded: bool = False


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of indicators that officers read together."""

    zh: str
    indicators: list[Indicator] = field(default_factory=list)

    def indicator(
        self,
        zh: str,
        *,
        unit: Unit,
        tables: tuple[str, ...],
        law: str,
        window: int = 12,
        direction: Direction = "high",
    ) -> Callable[[Expression], Expression]:
        """
        Register the function under its own name.

        Its docstring is the officer's sentence, then a line that starts with 公式：.

        :raises ValueError: the docstring misses either part
        """

        def register(express: Expression) -> Expression:
            sentence, formula = _read_docstring(express)
            self.indicators.append(
                Indicator(
                    express.__name__, zh, self.zh, sentence, formula, unit, window, direction, tables, law, express
                )
            )
            return express

        return register


def _read_docstring(express: Expression) -> tuple[str, str]:
    text = re.sub(r"\s*\n\s*", "", express.__doc__ or "")
    sentence, mark, formula = text.partition(FORMULA)
    if not mark or "{value}" not in sentence or "{peers}" not in sentence:
        raise ValueError(f"{express.__name__}: the docstring needs a sentence with {{value}} and {{peers}}, and 公式：")
    return sentence.strip(), formula.strip()
