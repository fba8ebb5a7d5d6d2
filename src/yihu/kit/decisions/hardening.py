"""
What may be in a DMN file. Hostile files are refused before anything in them is used.

Only decision tables in FEEL pass: no DTD, no imports, no external or user-defined functions, no scripts, no other
languages, no second decision that the first would pull in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OURS = "https://yihu.dev/dmn/1"
DRAWING = (
    "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "http://www.omg.org/spec/DMN/20180521/DI/",
    "http://www.omg.org/spec/DMN/20180521/DC/",
)
MAX_BYTES = 1_000_000
ALLOWED = frozenset(
    {
        "definitions", "decision", "decisionTable", "variable", "description", "input", "inputExpression",
        "inputValues", "output", "outputValues", "defaultOutputEntry", "rule", "inputEntry", "outputEntry", "text",
        "annotation", "annotationEntry", "inputData", "informationRequirement", "requiredInput",
    }
)  # fmt: skip
FEEL_NAMES = frozenset({"", "feel", "FEEL", "https://www.omg.org/spec/DMN/20191111/FEEL/"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file: a stable code, a Chinese sentence, and the rule and column it stands in (from 1)."""

    code: str
    message: str
    rule: int = 0
    column: str = ""


class UnreadableTableError(ValueError):
    """The file is no table that can be run; `problems` say all that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(f"{one.message}（{one.code}）" for one in problems[:5]))
        self.problems = problems


def parsed(xml: str | bytes) -> Element:
    """The root element. Raises UnreadableTableError DEC-X01…X03."""
    raw = xml.encode("utf-8", "surrogatepass") if isinstance(xml, str) else xml
    if len(raw) > MAX_BYTES:
        raise _refusal("DEC-X01", f"文件太大：最多 {MAX_BYTES // 1000} KB。")
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        raise _refusal("DEC-X02", "文件含有 DTD 或实体声明，不能读取。请从编辑器重新导出。") from error
    except (ParseError, ValueError, LookupError) as error:
        raise _refusal("DEC-X03", f"不是合法的 XML：{error}") from error
    return root


def decision_of(root: Element) -> Element:
    """The one decision of the file. Raises UnreadableTableError DEC-X04…X06, S01."""
    if root.tag != f"{{{DMN}}}definitions":
        raise _refusal("DEC-X04", "不是 DMN 1.3 的决策文件（根元素应当是 definitions）。")
    for element in _walk(root):
        _expect_allowed(element)
    tables = [one for one in root.findall(f"{{{DMN}}}decision") if one.find(f"{{{DMN}}}decisionTable") is not None]
    if len(root.findall(f"{{{DMN}}}decision")) != 1 or len(tables) != 1:
        raise _refusal("DEC-S01", "一个文件里应当正好有一张决策表。")
    return tables[0]


def _walk(root: Element) -> Iterator[Element]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element.tag, str) and element.tag.startswith(tuple(f"{{{name}}}" for name in DRAWING)):
            continue
        yield element
        waiting.extend(element)


def _expect_allowed(element: Element) -> None:
    namespace, _, name = str(element.tag).rpartition("}")
    if namespace != f"{{{DMN}" or name not in ALLOWED:
        raise _refusal("DEC-X05", f"文件里有不支持的内容“{name}”。只支持用 FEEL 写的决策表。")
    for attribute in ("expressionLanguage", "typeLanguage"):
        if element.get(attribute, "") not in FEEL_NAMES:
            raise _refusal("DEC-X06", f"只支持 FEEL，不支持“{element.get(attribute)}”。")


def _refusal(code: str, message: str) -> UnreadableTableError:
    return UnreadableTableError([Problem(code, message)])
