"""Text to tokens. Names may be Chinese; built-in functions may have spaces in their names, as FEEL has it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from yihu.kit.feel.errors import MAX_DIGITS, MAX_LENGTH, ExpressionError


class Kind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    WORD = "word"
    SIGN = "sign"
    END = "end"


KEYWORDS = frozenset(
    {"and", "or", "in", "between", "if", "then", "else", "some", "every", "satisfies", "true", "false", "null"}
)

SPACED_FUNCTIONS = (
    "string length",
    "substring before",
    "substring after",
    "starts with",
    "ends with",
    "upper case",
    "lower case",
    "list contains",
    "distinct values",
    "round half up",
    "round up",
    "round down",
    "days between",
    "months between",
    "years between",
    "add days",
    "add months",
)

_SPACED = "|".join(name.replace(" ", r"\s+") for name in SPACED_FUNCTIONS)
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<spaced>(?:{_SPACED})(?=\s*\())
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\.\.|\*\*|<=|>=|!=|[-+*/<>=()\[\],.?])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\nrt])|\\', re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its meaning (Decimal for numbers, str else) and where it begins."""

    kind: Kind
    value: str | Decimal
    position: int


def tokenize(text: str) -> list[Token]:
    """Split `text`; the list ends with one END token. Raises ExpressionError FEEL-E01…E04."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("FEEL-E01", f"表达式太长：最多 {MAX_LENGTH} 个字符，现在 {len(text)} 个。", MAX_LENGTH)
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text, place)
        if match.lastgroup != "space":
            tokens.append(_token(match, place))
        place = match.end()
    tokens.append(Token(Kind.END, "", len(text)))
    return tokens


def _unreadable(text: str, place: int) -> ExpressionError:
    if text[place] == '"':
        return ExpressionError("FEEL-E02", "文字没有结束：缺少后面的英文双引号。", place)
    if text[place] in "“”‘’，。（）；：":
        return ExpressionError("FEEL-E03", f"“{text[place]}”是中文标点，请改用英文标点。", place)
    return ExpressionError("FEEL-E03", f"看不懂的字符“{text[place]}”。", place)


def _token(match: re.Match[str], place: int) -> Token:
    kind, found = match.lastgroup, match.group()
    if kind == "number":
        return Token(Kind.NUMBER, _number(found, place), place)
    if kind == "text":
        return Token(Kind.TEXT, _unescape(found[1:-1], place), place)
    if kind == "spaced":
        return Token(Kind.NAME, " ".join(found.split()), place)
    if kind == "name":
        return Token(Kind.WORD if found in KEYWORDS else Kind.NAME, found, place)
    return Token(Kind.SIGN, found, place)


def _number(found: str, place: int) -> Decimal:
    value = Decimal(found)
    if len(value.as_tuple().digits) > MAX_DIGITS:
        raise ExpressionError("FEEL-E04", f"数字最多 {MAX_DIGITS} 位有效数字。", place)
    return value


def _unescape(body: str, place: int) -> str:
    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        if code is None:
            raise ExpressionError("FEEL-E02", r"反斜杠之后只能是 \" \\ \n \r \t 或 \uXXXX。", place + 1 + match.start())
        if code[0] != "u":
            return _ESCAPES[code]
        if 0xD800 <= int(code[1:], 16) <= 0xDFFF or code == "u0000":
            raise ExpressionError("FEEL-E02", f"\\{code} 不是一个字符。", place + 1 + match.start())
        return chr(int(code[1:], 16))

    return _ESCAPE.sub(one, body)
