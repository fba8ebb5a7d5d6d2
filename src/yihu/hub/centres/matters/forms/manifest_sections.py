"""The parts of `matter.yaml` that a designer fills in as forms."""

from collections.abc import Mapping
from typing import get_args

from yihu.hub.centres.matters.catalogue.spec import FileType
from yihu.hub.centres.matters.forms.rows import RowField, RowsOf
from yihu.hub.centres.matters.selectors.designing.choices import fields_of_draft, lanes_of, moments_of

KINDS = (("granted", "准予"), ("refused", "不予"), ("ended", "未作决定"))


def _moments(files: Mapping[str, str]) -> list[tuple[str, str]]:
    return moments_of(files)


def _fields(files: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(one.dotted, f"{one.title}（{one.dotted}）") for one in fields_of_draft(files)]


def _receivers(files: Mapping[str, str]) -> list[tuple[str, str]]:
    return [("applicant", "申请人"), *((lane, lane) for lane in lanes_of(files))]


ROWS = {
    "basis": RowsOf(
        "basis", "依据",
        (
            RowField("document", "文件", needed=True, most=60), RowField("number", "文号", most=80),
            RowField("article", "条款", most=60), RowField("url", "网址"),
            RowField("valid_from", "施行日期", "day"), RowField("valid_to", "失效日期", "day"),
        ),
        "办这件事依据的法律、法规或规定，申请页上会列出。",
    ),
    "materials": RowsOf(
        "materials", "材料",
        (
            RowField("code", "代码", needed=True, most=40, help="小写字母、数字和连字符"),
            RowField("name", "名称", needed=True, most=60),
            RowField("required", "总是必需", "flag"),
            RowField("when", "在什么条件下必需", "long", most=500,
            help='FEEL，如 form.kind = "SICK" and form.days > 3'),
            RowField("types", "文件格式", "many", needed=True, choices=lambda files: [(t,
            t) for t in get_args(FileType)]),
            RowField("max_megabytes", "每份最大（MB）", "whole"), RowField("max_count", "最多份数", "whole"),
            RowField("help", "提示", most=200),
        ),
        "申请时要附的文件。",
    ),
    "checks": RowsOf(
        "checks", "校验",
        (
            RowField("code", "代码", needed=True, most=12, help="大写字母、连字符和三位数字，如 QJ-001"),
            RowField("require", "要求", "long", needed=True, most=500, help="FEEL，不成立就不能提交"),
            RowField("field", "写在哪个字段旁", "choice", needed=True, choices=_fields),
            RowField("message", "提示", "long", needed=True),
        ),
        "涉及几个字段的规则；一个字段自己的限制写在表单里。",
    ),
    "outcomes": RowsOf(
        "outcomes", "结果",
        (
            RowField("end", "在哪里结束", "choice", needed=True, choices=_moments),
            RowField("name", "名称", needed=True, most=60),
            RowField("kind", "性质", "choice", needed=True, choices=lambda files: KINDS),
        ),
        "每个结束节点，以及不同意、撤回、终止，各叫什么。", keyed="end",
    ),
    "letters": RowsOf(
        "letters", "文书",
        (
            RowField("code", "代码", needed=True, most=40, help="正文在 letters/代码.txt"),
            RowField("title", "标题", needed=True, most=60),
            RowField("at", "何时出具", "many", needed=True, choices=_moments),
        ),
        "正文是同名的文件，在草稿页增加和修改。",
    ),
    "notices": RowsOf(
        "notices", "消息",
        (
            RowField("code", "代码", needed=True, most=40),
            RowField("at", "何时发送", "many", needed=True, choices=_moments),
            RowField("to", "发给", "choice", choices=_receivers),
            RowField("title", "标题", needed=True), RowField("text", "内容", "long", needed=True),
        ),
        "标题和内容可以填空，写法与文书相同，如 {{ case.number }}。",
    ),
}  # fmt: skip
