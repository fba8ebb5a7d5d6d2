"""Tokens to a syntax tree: a Pratt parser for the subset of FEEL (DMN 1.3, chapter 10) of docs/subsystems/rules.md.

Left out on purpose, each because it would let a definition reach further than its inputs or run without a bound: `for`,
`function`, filters, contexts, `instance of`, regular expressions, the present time, and external functions.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from yihu.kit.feel import nodes
from yihu.kit.feel.errors import MAX_DEPTH, MAX_NESTING, ExpressionError
from yihu.kit.feel.nodes import Node
from yihu.kit.feel.signatures import SIGNATURES
from yihu.kit.feel.tokens import Kind, Token, tokenize

OR, AND, COMPARISON, SUM, PRODUCT, POWER, PREFIX, POSTFIX = range(1, 9)
POWERS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in", "between"), COMPARISON),
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "**": POWER,
    ".": POSTFIX,
}
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
TEST_SIGNS = COMPARISONS
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse_tree(text: str) -> Node:
    """The tree of one expression."""
    parser = _Parser(tokenize(text))
    tree = parser.expression()
    parser.expect_end()
    return tree


def parse_tests_tree(text: str) -> nodes.Tests:
    """The tree of one input cell; empty and `-` are tests that everything passes."""
    parser = _Parser(tokenize(text))
    tree = parser.cell()
    parser.expect_end()
    return tree


@dataclass(slots=True)
class _Parser:
    tokens: list[Token]
    place: int = 0
    nesting: int = 0
    depths: dict[int, int] = field(default_factory=dict)
    kept: list[Node] = field(default_factory=list)

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def at(self, *signs: str) -> bool:
        return self.token.kind in (Kind.SIGN, Kind.WORD) and self.token.value in signs

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def accept(self, sign: str) -> bool:
        if self.at(sign):
            self.place += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise ExpressionError("FEEL-E05", f"这里应当是“{sign}”，而不是{_shown(self.token)}。", self.token.position)

    def expect_end(self) -> None:
        if self.token.kind is not Kind.END:
            raise ExpressionError(
                "FEEL-E06", f"表达式到这里应当结束，却还有{_shown(self.token)}。", self.token.position
            )

    def made(self, node: Node) -> Node:
        """Note the depth of a new node, so that a tree can always be walked by recursion."""
        depth = 1 + max((self.depths[id(child)] for child in nodes.children(node)), default=0)
        if depth > MAX_DEPTH:
            raise ExpressionError("FEEL-E07", f"表达式层次太深：最多 {MAX_DEPTH} 层，请拆成几个。", node.position)
        self.depths[id(node)] = depth
        self.kept.append(node)
        return node

    def expression(self, floor: int = 0) -> Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ExpressionError("FEEL-E07", f"括号和函数套得太深：最多 {MAX_NESTING} 层。", self.token.position)
        tree = self.further(self.prefix(), floor)
        self.nesting -= 1
        return tree

    def further(self, left: Node, floor: int) -> Node:
        while self.token.kind in (Kind.SIGN, Kind.WORD):
            sign = str(self.token.value)
            power = POWERS.get(sign, 0)
            if power <= floor:
                break
            left = self.infix(left, sign, power)
            if power == COMPARISON and POWERS.get(str(self.token.value), 0) == COMPARISON and floor < COMPARISON:
                raise ExpressionError("FEEL-E08", "比较不能连写，请用 and 分开写，或用 between。", self.token.position)
        return left

    def infix(self, left: Node, sign: str, power: int) -> Node:
        position = self.take().position
        if sign == ".":
            return self.made(nodes.Path(left, self.part_name(), position=position))
        if sign == "in":
            return self.made(nodes.In(left, self.in_tests(), position=position))
        if sign == "between":
            low = self.expression(COMPARISON)
            self.expect("and")
            return self.made(nodes.Between(left, low, self.expression(COMPARISON), position=position))
        return self.made(nodes.Binary(sign, left, self.expression(power), position=position))

    def part_name(self) -> str:
        token = self.take()
        if token.kind not in (Kind.NAME, Kind.WORD) or " " in str(token.value):
            raise ExpressionError("FEEL-E09", f"点号之后应当是名称，而不是{_shown(token)}。", token.position)
        return str(token.value)

    def prefix(self) -> Node:
        token = self.take()
        if token.kind in (Kind.NUMBER, Kind.TEXT):
            return self.made(nodes.Literal(token.value, position=token.position))
        if token.kind is Kind.NAME:
            return self.named(token)
        if token.kind is Kind.WORD:
            return self.word(token)
        if token.kind is Kind.SIGN:
            return self.sign(token)
        raise ExpressionError("FEEL-E10", "表达式不完整：这里还缺一个值。", token.position)

    def named(self, token: Token) -> Node:
        name = str(token.value)
        if self.at("("):
            return self.call(name, token.position)
        return self.made(nodes.Name(name, position=token.position))

    def call(self, name: str, position: int) -> Node:
        signature = SIGNATURES.get(name)
        if signature is None:
            raise ExpressionError("FEEL-E11", f"没有函数“{name}”。可用的函数见帮助。", position)
        self.expect("(")
        arguments = self.listed(")")
        if not signature.least <= len(arguments) <= signature.most:
            raise ExpressionError(
                "FEEL-E12", f"函数“{name}”要{signature.count_zh}个参数，现在{len(arguments)}个。", position
            )
        return self.made(nodes.Call(name, arguments, position=position))

    def listed(self, closing: str, first: tuple[Node, ...] = ()) -> tuple[Node, ...]:
        """Expressions separated by commas up to and with `closing`, after those read already."""
        found = list(first)
        if not found and self.accept(closing):
            return ()
        if not found:
            found.append(self.expression())
        while self.accept(","):
            found.append(self.expression())
        self.expect(closing)
        return tuple(found)

    def word(self, token: Token) -> Node:
        word = str(token.value)
        if word in _CONSTANTS:
            return self.made(nodes.Literal(_CONSTANTS[word], position=token.position))
        if word == "if":
            condition = self.expression()
            self.expect("then")
            one = self.expression()
            self.expect("else")
            return self.made(nodes.If(condition, one, self.expression(), position=token.position))
        if word in ("some", "every"):
            return self.quantified(word, token.position)
        raise ExpressionError("FEEL-E10", f"“{word}”之前缺一个值。", token.position)

    def quantified(self, kind: str, position: int) -> Node:
        variable = self.take()
        if variable.kind is not Kind.NAME or " " in str(variable.value):
            raise ExpressionError("FEEL-E09", f"{kind} 之后应当是名称，而不是{_shown(variable)}。", variable.position)
        self.expect("in")
        source = self.expression()
        self.expect("satisfies")
        return self.made(nodes.Quantified(kind, str(variable.value), source, self.expression(), position=position))

    def sign(self, token: Token) -> Node:
        if token.value == "-":
            return self.negated(token)
        if token.value == "?":
            return self.made(nodes.Subject(position=token.position))
        if token.value == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if token.value == "[":
            return self.made(nodes.Items(self.listed("]"), position=token.position))
        raise ExpressionError("FEEL-E10", f"{_shown(token)}之前缺一个值。", token.position)

    def negated(self, token: Token) -> Node:
        operand = self.expression(PREFIX)
        if isinstance(operand, nodes.Literal) and type(operand.value) is Decimal and not operand.value.is_signed():
            return self.made(nodes.Literal(operand.value.copy_negate(), position=token.position))
        return self.made(nodes.Negate(operand, position=token.position))

    def cell(self) -> nodes.Tests:
        position = self.token.position
        if self.token.kind is Kind.END:
            return nodes.Tests((), position=position)
        if self.at("-") and self.tokens[self.place + 1].kind is Kind.END:
            self.take()
            return nodes.Tests((), position=position)
        if self.token.kind is Kind.NAME and self.token.value == "not" and self.tokens[self.place + 1].value == "(":
            self.place += 2
            tests = self.tests()
            self.expect(")")
            return nodes.Tests(tests, negated=True, position=position)
        return nodes.Tests(self.tests(), position=position)

    def tests(self) -> tuple[Node, ...]:
        found = [self.test()]
        while self.accept(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> Node:
        token = self.token
        if self.at(*TEST_SIGNS):
            self.take()
            return self.made(nodes.Compared(str(token.value), self.expression(COMPARISON), position=token.position))
        if self.at("[", "(", "]"):
            return self.bracketed(self.take())
        return self.expression()

    def bracketed(self, token: Token) -> Node:
        """A range, or an expression that begins with a bracket; told apart when its first part has been read."""
        if token.value == "[" and self.accept("]"):
            return self.further(self.made(nodes.Items((), position=token.position)), 0)
        first = self.expression()
        if token.value == "]" or self.at(".."):
            return self.range_from(token, first)
        if token.value == "(":
            self.expect(")")
            return self.further(first, 0)
        items = self.listed("]", (first,))
        return self.further(self.made(nodes.Items(items, position=token.position)), 0)

    def range_from(self, token: Token, low: Node) -> Node:
        self.expect("..")
        high = self.expression(COMPARISON)
        closing = self.take()
        if closing.value not in ("]", ")", "["):
            raise ExpressionError("FEEL-E05", f"区间应当以 ] ) 或 [ 结束，而不是{_shown(closing)}。", closing.position)
        return self.made(nodes.Range(low, high, token.value == "[", closing.value == "]", position=token.position))

    def in_tests(self) -> tuple[Node, ...]:
        if not self.at("("):
            return (self.test_operand(),)
        opening = self.take()
        first = self.test()
        if self.at("..") and not isinstance(first, nodes.Range | nodes.Compared):
            return (self.range_from(opening, first),)
        found = [first]
        while self.accept(","):
            found.append(self.test())
        self.expect(")")
        return tuple(found)

    def test_operand(self) -> Node:
        """One test without brackets around it: `x in [1..5]`, `x in < 5`, `x in names`."""
        if self.at("[", "]"):
            return self.bracketed_operand(self.take())
        if self.at(*TEST_SIGNS):
            return self.test()
        return self.expression(COMPARISON)

    def bracketed_operand(self, token: Token) -> Node:
        if token.value == "[" and self.accept("]"):
            return self.made(nodes.Items((), position=token.position))
        first = self.expression()
        if token.value == "]" or self.at(".."):
            return self.range_from(token, first)
        return self.made(nodes.Items(self.listed("]", (first,)), position=token.position))


def _shown(token: Token) -> str:
    return "结尾" if token.kind is Kind.END else f"“{token.value}”"
