"""Static checking: which type an expression has, and what in it can never work."""

from collections.abc import Iterator, Mapping

from yihu.kit.feel import nodes
from yihu.kit.feel.errors import ExpressionError
from yihu.kit.feel.nodes import Node
from yihu.kit.feel.signatures import SIGNATURES
from yihu.kit.feel.types import ANY, BOOLEAN, DATE, NULL, NUMBER, TEXT, Base, Type, compatible, joined, list_of
from yihu.kit.feel.values import Value, kind_of

_DATE_PARTS = frozenset({"year", "month", "day", "weekday"})
_ORDERED = (Base.NUMBER, Base.TEXT, Base.DATE, Base.ANY, Base.NULL)
_KINDS = {"bool": BOOLEAN, "Decimal": NUMBER, "str": TEXT, "date": DATE, "NoneType": NULL}


def paths_of(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The dotted paths of the context that `node` reads, as written: `form.items.amount`."""
    parts: list[str] = []
    below = node
    while isinstance(below, nodes.Path):
        parts.append(below.part)
        below = below.base
    if isinstance(below, nodes.Name):
        if below.name not in bound:
            yield ".".join([below.name, *reversed(parts)])
        return
    if isinstance(below, nodes.Quantified):
        yield from paths_of(below.source, bound)
        yield from paths_of(below.condition, bound | {below.variable})
        return
    for child in nodes.children(below):
        yield from paths_of(child, bound)


def type_of(node: Node, types: Mapping[str, Type], subject: Type = ANY) -> Type:
    """The type of `node`. Raises ExpressionError FEEL-T01 (unknown name), T02 (operands) or T03 (arguments)."""
    return _Checker(subject).type_of(node, types)


def type_of_value(value: Value) -> Type:
    """The type of a constant."""
    return _KINDS.get(kind_of(value).__name__, ANY)


class _Checker:
    def __init__(self, subject: Type) -> None:
        self.subject = subject

    def type_of(self, node: Node, types: Mapping[str, Type]) -> Type:
        match node:
            case nodes.Literal(value=value):
                return type_of_value(value)
            case nodes.Subject():
                return self.subject
            case nodes.Name():
                return self.of_name(node, types)
            case nodes.Path():
                return self.of_path(node, types)
            case nodes.Items(items=items):
                return self.of_items(items, types)
            case nodes.Negate(operand=operand):
                self.want(operand, NUMBER, types, "负号")
                return NUMBER
            case nodes.Call():
                return self.of_call(node, types)
            case nodes.If():
                self.want(node.condition, BOOLEAN, types, "if 的条件")
                return joined(self.type_of(node.one, types), self.type_of(node.other, types))
            case nodes.Binary():
                return self.of_binary(node, types)
        return self.of_condition(node, types)

    def of_condition(self, node: Node, types: Mapping[str, Type]) -> Type:
        match node:
            case nodes.Quantified():
                source = self.type_of(node.source, types)
                item = (source.item or ANY) if source.base is Base.LIST else source
                self.want(node.condition, BOOLEAN, {**types, node.variable: item}, "satisfies 之后")
            case nodes.Between():
                value = self.type_of(node.value, types)
                for end in (node.low, node.high):
                    self.comparable(value, self.type_of(end, types), "between", end.position)
            case nodes.In():
                value = self.type_of(node.value, types)
                for test in node.tests:
                    self.check_test(test, value, types)
            case nodes.Tests():
                for test in node.tests:
                    self.check_test(test, self.subject, types)
        return BOOLEAN

    def check_test(self, test: Node, value: Type, types: Mapping[str, Type]) -> None:
        if isinstance(test, nodes.Compared):
            self.comparable(value, self.type_of(test.operand, types), test.sign, test.position)
            return
        if isinstance(test, nodes.Range):
            for end in (test.low, test.high):
                self.comparable(value, self.type_of(end, types), "<", end.position)
            return
        found = self.type_of(test, types)
        if self.asks(test):
            return
        if found.base is Base.LIST and value.base is not Base.LIST:
            found = found.item or ANY
        self.comparable(value, found, "=", test.position)

    def asks(self, node: Node) -> bool:
        return isinstance(node, nodes.Subject) or any(map(self.asks, nodes.children(node)))

    def want(self, node: Node, wanted: Type, types: Mapping[str, Type], where: str) -> None:
        found = self.type_of(node, types)
        if not compatible(found, wanted):
            raise ExpressionError("FEEL-T02", f"{where}要{wanted}，这里却是{found}。", node.position)

    def comparable(self, one: Type, other: Type, sign: str, position: int) -> None:
        if not compatible(one, other):
            raise ExpressionError("FEEL-T02", f"{one}不能与{other}比较。", position)
        if sign not in ("=", "!=") and not (one.base in _ORDERED and other.base in _ORDERED):
            kind = other if one.base in _ORDERED else one
            raise ExpressionError("FEEL-T02", f"{kind}没有大小之分，不能用“{sign}”。", position)

    def of_name(self, node: nodes.Name, types: Mapping[str, Type]) -> Type:
        found = types.get(node.name)
        if found is None:
            known = "、".join(sorted(types)[:8]) or "无"
            raise ExpressionError("FEEL-T01", f"没有名为“{node.name}”的数据项。可用的有：{known}。", node.position)
        return found

    def of_path(self, node: nodes.Path, types: Mapping[str, Type]) -> Type:
        base = self.type_of(node.base, types)
        if base.base is Base.LIST:
            return list_of(self.part_of(base.item or ANY, node))
        return self.part_of(base, node)

    def part_of(self, base: Type, node: nodes.Path) -> Type:
        if base.base in (Base.ANY, Base.NULL):
            return ANY
        if base.base is Base.DATE and node.part in _DATE_PARTS:
            return NUMBER
        if base.base is Base.FIELDS and (node.part in base.fields or base.open):
            return base.fields.get(node.part, ANY)
        known = "、".join(sorted(base.fields)[:8]) if base.base is Base.FIELDS else ""
        hint = f"可用的有：{known}。" if known else f"{base}没有下级字段。"
        raise ExpressionError("FEEL-T01", f"没有名为“{node.part}”的字段。{hint}", node.position)

    def of_items(self, items: tuple[Node, ...], types: Mapping[str, Type]) -> Type:
        if not items:
            return list_of(ANY)
        found = self.type_of(items[0], types)
        for item in items[1:]:
            found = joined(found, self.type_of(item, types))
        return list_of(found)

    def of_call(self, node: nodes.Call, types: Mapping[str, Type]) -> Type:
        signature = SIGNATURES[node.function]
        found = [self.type_of(argument, types) for argument in node.arguments]
        for index, one in enumerate(found):
            wanted = signature.parameter(index)
            if wanted.base is Base.LIST or compatible(one, wanted):
                continue
            message = f"函数“{node.function}”的第 {index + 1} 个参数要{wanted}，这里却是{one}。"
            raise ExpressionError("FEEL-T03", message, node.arguments[index].position)
        if node.function in ("min", "max"):
            return (found[0].item or ANY) if found[0].base is Base.LIST else found[0]
        if node.function in ("sum", "mean") and not self.summable(found[0]):
            raise ExpressionError("FEEL-T03", f"函数“{node.function}”要数字，这里却是{found[0]}。", node.position)
        return signature.result

    def summable(self, found: Type) -> bool:
        item = (found.item or ANY) if found.base is Base.LIST else found
        return compatible(item, NUMBER)

    def of_binary(self, node: nodes.Binary, types: Mapping[str, Type]) -> Type:
        left, right = self.type_of(node.left, types), self.type_of(node.right, types)
        if node.sign in ("and", "or"):
            for part, found in ((node.left, left), (node.right, right)):
                if not compatible(found, BOOLEAN):
                    raise ExpressionError("FEEL-T02", f"{node.sign} 两边要是否，这里却是{found}。", part.position)
            return BOOLEAN
        if node.sign in ("=", "!=", "<", "<=", ">", ">="):
            self.comparable(left, right, node.sign, node.position)
            return BOOLEAN
        if node.sign == "+" and TEXT in (left, right) and compatible(left, TEXT) and compatible(right, TEXT):
            return TEXT
        for part, found in ((node.left, left), (node.right, right)):
            if not compatible(found, NUMBER):
                raise ExpressionError("FEEL-T02", f"“{node.sign}”两边要数字，这里却是{found}。", part.position)
        return ANY if node.sign == "+" and ANY in (left, right) and NUMBER not in (left, right) else NUMBER
