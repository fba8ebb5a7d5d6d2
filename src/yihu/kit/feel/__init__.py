"""A total, side-effect-free subset of FEEL (DMN 1.3, chapter 10): conditions and cells that people write as data.

Whatever the text, parsing, checking and evaluating either give a value or raise `ExpressionError`; both end within
stated limits (`errors.py`). There is no clock, no chance, no file and no Python in it: the same context gives the same
value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from yihu.kit.feel import nodes
from yihu.kit.feel.checking import paths_of, type_of
from yihu.kit.feel.errors import ExpressionError
from yihu.kit.feel.evaluation import Closure, Scope, Truth, compiled, compiled_tests
from yihu.kit.feel.parser import parse_tests_tree, parse_tree
from yihu.kit.feel.printer import shown
from yihu.kit.feel.types import ANY, BOOLEAN, DATE, NULL, NUMBER, TEXT, Type, fields_of, list_of
from yihu.kit.feel.values import Value, taken_in

__all__ = [
    "ANY", "BOOLEAN", "DATE", "NULL", "NUMBER", "TEXT",
    "Expression", "ExpressionError", "Type", "UnaryTests", "Value",
    "fields_of", "list_of", "parse_expression", "parse_unary_tests",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """One parsed expression.

    `names` are the variables of the context that it reads, `paths` the same with their fields (`form.items.amount`).
    """

    text: str
    tree: nodes.Node
    paths: frozenset[str]
    closure: Closure = field(repr=False, compare=False)

    @property
    def names(self) -> frozenset[str]:
        """The variables read: what must stand in the context."""
        return frozenset(path.partition(".")[0] for path in self.paths)

    def evaluate(self, context: Mapping[str, object]) -> Value:
        """The value: None, bool, Decimal, str, date, list or (as it came in) a mapping. A missing name is null.

        Numbers of the context may be int, float or Decimal. Raises ExpressionError FEEL-R01…R03 only: out of steps, a
        value of a kind that has no place here, data nested too deeply.
        """
        return self.closure(Scope(context))

    def check(self, types: Mapping[str, Type]) -> Type:
        """The type of the value, given those of the variables. Raises ExpressionError FEEL-T01…T03."""
        return type_of(self.tree, types)

    def __str__(self) -> str:
        return shown(self.tree)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """One parsed input cell: `< 5`, `[1..10)`, `"a", "b"`, `not("a")`, `-`, or a condition on `?`."""

    text: str
    tree: nodes.Tests
    paths: frozenset[str]
    closure: Callable[[Scope], Truth] = field(repr=False, compare=False)

    @property
    def names(self) -> frozenset[str]:
        """The variables read beside the tested value itself."""
        return frozenset(path.partition(".")[0] for path in self.paths)

    def evaluate(self, value: object, context: Mapping[str, object] | None = None) -> Truth:
        """Whether `value` passes; None when it cannot be said (null compared with a number)."""
        return self.closure(Scope(context or {}, taken_in(value)))

    def check(self, subject: Type, types: Mapping[str, Type] | None = None) -> None:
        """Raise ExpressionError when the tests can never fit a value of type `subject`."""
        type_of(self.tree, types or {}, subject)

    def __str__(self) -> str:
        return shown(self.tree)


def parse_expression(text: str) -> Expression:
    """Parse an expression. Raises ExpressionError FEEL-E01…E12 with the place in `text`."""
    tree = parse_tree(text)
    return Expression(text, tree, frozenset(paths_of(tree)), compiled(tree))


def parse_unary_tests(text: str) -> UnaryTests:
    """Parse an input cell; empty text is `-`. Raises ExpressionError as `parse_expression` does."""
    tree = parse_tests_tree(text)
    return UnaryTests(text, tree, frozenset(paths_of(tree)), compiled_tests(tree))
