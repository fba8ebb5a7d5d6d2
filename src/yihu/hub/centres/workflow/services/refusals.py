"""Why a verb is refused: stable codes, one sentence each of what, why and what to do."""

from yihu.hub.base.errors import UnableTo

MESSAGES = {
    "BPM-301": "流程有 {what} 处问题，不能发布：{first}",
    "BPM-302": "流程“{what}”没有已发布的版本，请先发布",
    "BPM-303": "流程没有写完整的角色：缺少“{what}”的办理人规则",
    "BPM-401": "流程“{what}”走到了循环里，没有环节可以停下，请联系流程管理人",
    "BPM-501": "这项办理不在您名下，不能处理；请由 {what} 本人或其受托人办理",
    "BPM-502": "这项办理已经处理完毕（{what}），请刷新页面",
    "BPM-503": "流程{what}，不能再办理",
    "BPM-504": "还没有轮到您办理：{what}",
    "BPM-505": "环节“{what}”找不到办理人，流程规定此时不能提交；请联系机构管理员核对岗责与任职",
    "BPM-506": "不能退回到“{what}”：它在并行分支里，请退回到分支之前的环节",
    "BPM-507": "“{what}”在并行分支之前，退回会收回其他分支，办理后必须重新逐级办理，不能直接返回",
    "BPM-508": "不能退回到“{what}”：它在已结束的子流程里，请退回到子流程之前的环节",
    "BPM-509": "不能退回到“{what}”：本流程没有走过这个环节",
    "BPM-510": "环节“{what}”不允许“{verb}”",
    "BPM-511": "请填写意见：{what}时要说明理由",
    "BPM-512": "请选择{what}",
    "BPM-513": "不能{what}给自己",
    "BPM-514": "{what} 已在本环节办理人之中",
    "BPM-515": "{what} 不是您加签或委派的，不能减去；请由加签人或流程管理人处理",
    "BPM-516": "{what} 是本环节最后一位办理人，不能减去",
    "BPM-517": "您是发起人，本环节不允许本人办理；请退还给委托人或转办",
    "BPM-518": "{what} 没有办理流程的权限，或知悉等级不够，请换一人",
    "BPM-519": "本环节不能修改“{what}”",
    "BPM-520": "不能计算期限：{what}",
    "BPM-521": "委派给您的办理只能提交意见或抄送，不能{what}；请退还给委派人",
    "BPM-522": "不能撤回：{what}",
    "BPM-523": "一次最多选 {what} 人",
    "BPM-524": "选择的“{what}”不正确，请刷新页面",
    "BPM-525": "{what} 是发起人，本环节不允许发起人办理，请换一人",
    "BPM-530": "刚刚催办过，请在 {what} 之后再催",
    "BPM-531": "没有待办理的环节可催",
    "BPM-540": "只有发起人可以{what}",
    "BPM-541": "您没有管理流程的权限，或该流程不在您的管辖范围内",
    "BPM-542": "流程{what}，不能{verb}",
    "BPM-543": "这个异常已经解决，请刷新页面",
    "BPM-560": "流程不能换到新版本：{what}",
    "TASK-012": "内容在您打开页面之后被修改过，请刷新页面核对后再办理",
}


class UnableToActError(UnableTo):
    """A verb was refused; `code` is stable."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(f"{MESSAGES[code].format(**words)}（{code}）")
        self.code = code
