"""What can be wrong with a process: stable codes, a Chinese sentence, and the element it is about."""

from dataclasses import dataclass

MESSAGES = {
    "BPM-201": "不是合格的 XML：{what}。请用流程设计器重新导出",
    "BPM-202": "文件过大或嵌套过深（{what}）：请拆成几个流程，用“调用流程”连接",
    "BPM-203": "一个文件必须恰好有一个流程（process），现有 {what} 个",
    "BPM-204": "含有文档类型声明或实体，出于安全不予接受：请删去 DOCTYPE",
    "BPM-209": "不允许的元素“{what}”：{hint}",
    "BPM-210": "不允许的属性“{what}”：请删去，或改用 yihu 命名空间中的属性",
    "BPM-211": "编号“{what}”重复、缺失或含有不允许的字符：编号只能用字母、数字、下划线和连字符，最长 80 个字符",
    "BPM-212": "引用的“{what}”不存在：请重新连接",
    "BPM-220": "缺少开始事件",
    "BPM-221": "开始事件多于一个：请只保留一个",
    "BPM-222": "缺少结束事件",
    "BPM-223": "“{name}”从开始事件走不到：请接入流程，或删去",
    "BPM-224": "“{name}”之后没有去向：请连到下一环节或结束事件",
    "BPM-225": "从“{name}”走不到任何结束事件：请检查循环的出口",
    "BPM-226": "“{name}”有多条出线：请在其后用网关分流",
    "BPM-227": "网关“{name}”没有对应的汇合（{what}）：并行分支请用并行网关汇合，包容分支请用包容网关汇合",
    "BPM-228": "“{name}”跨越了网关“{what}”的分支：分支之间、分支内外不能直接连线",
    "BPM-229": "网关“{name}”没有默认去向：条件都不满足时流程会停住，请指定一条默认连线",
    "BPM-230": "条件写错：{what}",
    "BPM-231": "条件里的“{what}”不认识：可用 form、outcome（上一环节结论）、initiator、subject 和各决策的代码",
    "BPM-232": "只有排他网关和包容网关的出线可以写条件：请在“{name}”之后加网关",
    "BPM-233": "网关“{name}”的出线缺少条件，且不是默认去向",
    "BPM-240": "环节“{name}”没有说明由谁办理：请放入泳道，或填写办理人（candidates）",
    "BPM-241": "角色“{what}”没有对应的办理人规则，或规则写错",
    "BPM-242": "岗责“{what}”不存在",
    "BPM-243": "机关“{what}”不存在",
    "BPM-244": "人员“{what}”不存在或已停用",
    "BPM-245": "“{what}”不能取这个值：{hint}",
    "BPM-246": "期限“{what}”写错：用 P3D（3 个工作日）、PT4H（4 个工作小时）这样的写法",
    "BPM-250": "处理程序“{what}”没有登记",
    "BPM-251": "决策“{what}”不存在",
    "BPM-252": "被调用的流程“{what}”没有发布",
    "BPM-253": "定时事件“{name}”没有写期限",
    "BPM-254": "边界事件“{name}”不能附在这里：定时附在环节、子流程或调用流程上，错误附在自动任务或决策上",
    "BPM-255": "不中断的定时“{name}”引出的支路必须自己结束，不能回到主流程",
    "BPM-256": "子流程“{name}”里必须有一个开始事件和至少一个结束事件",
    "BPM-257": "“{name}”有入线或出线，这里不允许",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault; `element_id` is "" when it is about the file."""

    code: str
    message: str
    element_id: str = ""

    def __str__(self) -> str:
        where = f"（{self.element_id}）" if self.element_id else ""
        return f"{self.code} {self.message}{where}"


def problem(code: str, element_id: str = "", **words: object) -> Problem:
    """The problem of a code with its words filled in, each cut to what a line holds."""
    short = {key: str(word)[:120] for key, word in words.items()}
    return Problem(code, MESSAGES[code].format(**short), element_id)


class MalformedProcessError(ValueError):
    """The text is no process at all; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("；".join(map(str, problems)))
        self.problems = list(problems)
