"""A condition judged while it is typed."""

from yihu.hub.centres.matters.catalogue.conditions import types_of
from yihu.hub.centres.matters.catalogue.fields import FormTree
from yihu.hub.centres.matters.catalogue.schema import read_schema
from yihu.kit.feel import ExpressionError, parse_expression

ROOTS = frozenset({"form", "outcome", "decisions", "initiator", "subject"})


def judge_condition(text: str, form_json: str) -> tuple[bool, str]:
    """Whether FEEL is sound over a form, and a sentence that says so or what is wrong with it."""
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        return False, f"{error.message_zh}（{error.code}）"
    unknown = sorted(expression.names - ROOTS)
    if unknown:
        return False, f"不认识 {'、'.join(unknown)}：表单的字段写成 form.字段名"
    schema, problems = read_schema(form_json)
    if problems or not schema:
        return True, "写法正确（表单有问题，没有核对字段）"
    types = types_of(FormTree(schema))
    if expression.names <= types.keys():
        try:
            expression.check(types)
        except ExpressionError as error:
            return False, f"{error.message_zh}（{error.code}）"
    return True, "写法正确"
