"""What is wrong with a bundle: where, what, and what to do, under a stable code."""

from collections.abc import Iterable
from dataclasses import dataclass

# code: what to do. The sentence itself says what is wrong and where.
ADVICE = {
    "MTR-F01": "目录只放约定的文件，名称用小写字母、数字、- 和 _",
    "MTR-F02": "补上这个文件",
    "MTR-F03": "缩小或拆分文件",
    "MTR-F04": "文件须为 UTF-8 文本",
    "MTR-F05": "放真实文件，不放链接",
    "MTR-Y01": "按 YAML 规则改正；不许使用标签、锚点和引用",
    "MTR-Y02": "改为事项包说明中约定的项",
    "MTR-Y03": "补上这一项",
    "MTR-Y04": "按事项包说明改正这一项的值",
    "MTR-S01": "按 JSON 规则改正",
    "MTR-S02": "只用说明中列出的关键字",
    "MTR-S03": "把引用改为本文件内的 #/$defs/…",
    "MTR-S04": "减少层次、字段或长度",
    "MTR-S05": "补上字段的标题、类型或长度上限",
    "MTR-S06": "换一个不会反复回溯的式样",
    "MTR-S07": "按 JSON Schema 2020-12 改正",
    "MTR-X01": "使两处一致",
    "MTR-X02": "使用已登记的处理程序",
    "MTR-X03": "使用已发布的代码表、决策表、岗责或权限",
    "MTR-X04": "使用流程中的环节、泳道或结束节点",
    "MTR-X05": "使用表单中的字段",
    "MTR-P01": "按流程设计说明改正",
    "MTR-D01": "按决策表设计说明改正",
    "MTR-L01": "占位只写 {{ 路径 }} 或 {{ 路径 | 格式 }}",
    "MTR-E01": "按条件表达式的语法改正",
    "MTR-C01": "每个事项至少三个用例，并走到每一种结果",
    "MTR-C02": "改正用例，或改正流程",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `place` is a path inside the file; `blocks` is false for advice that does not stop a version."""

    code: str
    file: str
    place: str
    message: str
    blocks: bool = True

    @property
    def advice(self) -> str:
        return ADVICE[self.code]

    def __str__(self) -> str:
        where = f"{self.file} {self.place}".strip()
        return f"{self.code} {where}：{self.message}。{self.advice}"


class UnreadableBundleError(ValueError):
    """The folder cannot be read as a bundle at all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(str(p) for p in self.problems[:5]))
