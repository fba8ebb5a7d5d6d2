"""What can be wrong in a file: a stable code, what it means, what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from yihu.hub.foundation.org.services.importing.columns import Kind, column_title


@dataclass(frozen=True, slots=True)
class ImportCode:
    """One kind of problem. A warning does not keep the row out."""

    code: str
    message: str
    fix: str
    is_warning: bool = False


CODES = {
    c.code: c
    for c in (
        ImportCode("ORG-I01", "必填项为空", "补上该列的值"),
        ImportCode("ORG-I02", "代码不合规", "只用字母、数字和 . _ -，机关代码最长 30 位，岗位、内设机构代码最长 40 位"),
        ImportCode("ORG-I03", "代码在文件中重复", "保留一行，删去其余各行"),
        ImportCode("ORG-I04", "级次不是 1 至 5", "1 总局、2 省级局、3 市级局、4 区县局、5 分局（所）"),
        ImportCode("ORG-I05", "上级机关不存在，或它所在的行有错", "核对上级机关代码，或先改正上级机关的行"),
        ImportCode("ORG-I06", "级次不低于上级机关", "核对级次和上级机关"),
        ImportCode("ORG-I07", "不是日期", "写成 2026-01-31 的样子"),
        ImportCode("ORG-I08", "机关不存在，或它所在的行有错", "核对机关代码，或先导入机关"),
        ImportCode("ORG-I09", "岗责不存在", "核对岗责代码，多个之间用分号隔开"),
        ImportCode("ORG-I10", "同一岗位的岗责互不相容", "把这些岗责分到不同的岗位"),
        ImportCode("ORG-I11", "岗位不存在，或它所在的行有错", "核对岗位代码，或先导入岗位"),
        ImportCode("ORG-I12", "账号不合规", "只用字母、数字和 . _ @ -，2 至 60 位"),
        ImportCode("ORG-I13", "此人将同时持有必须由不同的人持有的权限", "改派他人，或先终止其现有任职"),
        ImportCode("ORG-I14", "不在您的管辖范围内", "请由其上级机关的管理员导入"),
        ImportCode("ORG-I15", "隶属关系与现有的不同", "到机关页办理“调整隶属”，或改回现有的上级"),
        ImportCode("ORG-I16", "行政区划不是 2 至 12 位数字", "填行政区划代码的前几位，如 4403"),
        ImportCode("ORG-I17", "此人已停用或离岗", "核对账号；重新任用请另设账号"),
        ImportCode("ORG-I18", "岗位属于另一机关", "核对机关代码；岗位不能跨机关移动"),
        ImportCode("ORG-I19", "止任日期不晚于任职日期", "核对两个日期"),
        ImportCode("ORG-I20", "机关或岗位在任职日期不是有效的", "核对日期，或先更正机关、岗位的启用日期"),
        ImportCode("ORG-I21", "文字过长", "缩短：名称最长 100 字，姓名最长 60 字"),
        ImportCode("ORG-I22", "不能任命自己", "请由另一名系统管理员导入这一行"),
        ImportCode("ORG-W01", "岗责没有授予：须由安全管理员办理", "岗位已建立，请安全管理员授予岗责", is_warning=True),
    )
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one place. `row` counts from 1 as a spreadsheet does, the head being 1."""

    code: str
    file: str
    row: int
    column: str
    value: str

    @property
    def message(self) -> str:
        return CODES[self.code].message

    @property
    def fix(self) -> str:
        return CODES[self.code].fix

    @property
    def is_warning(self) -> bool:
        return CODES[self.code].is_warning


def list_problems(files: dict[Kind, str], limit: int | None = None) -> Iterator[Problem]:
    """The problems in the staging table in the order of the files, streamed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, kind, line, field, value FROM org_stage_problem"
            " ORDER BY array_position(ARRAY['offices', 'posts', 'people'], kind), line, code LIMIT %s",
            [limit],
        )
        for code, kind, line, field, value in cursor:
            yield Problem(code, files[Kind(kind)], line, column_title(Kind(kind), field), value)
