"""Words of the workflow centre."""

from django.db.models import TextChoices


class InstanceState(TextChoices):
    """How far an instance has come."""

    RUNNING = "RUNNING", "办理中"
    SUSPENDED = "SUSPENDED", "已挂起"
    COMPLETED = "COMPLETED", "已办结"
    REFUSED = "REFUSED", "未同意"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    TERMINATED = "TERMINATED", "已终止"


LIVE = (InstanceState.RUNNING, InstanceState.SUSPENDED)


class TokenState(TextChoices):
    """What a token does where it stands."""

    WORKING = "WORKING", "人工办理"
    JOINING = "JOINING", "等待汇合"
    TIMING = "TIMING", "等待时间"
    INSIDE = "INSIDE", "子流程办理"
    STUCK = "STUCK", "异常"
    GONE = "GONE", "已结束"


class StepState(TextChoices):
    """How far one activation of a user task has come."""

    OPEN = "OPEN", "办理中"
    AGREED = "AGREED", "同意"
    REFUSED = "REFUSED", "不同意"
    RETURNED = "RETURNED", "已退回"
    SKIPPED = "SKIPPED", "自动跳过"
    CANCELLED = "CANCELLED", "已取消"


class AssignmentState(TextChoices):
    """Whose turn it is; WAITING stands behind somebody else in the same step."""

    WAITING = "WAITING", "等待前一人"
    OPEN = "OPEN", "待办理"
    DONE = "DONE", "已办理"
    VOID = "VOID", "无须办理"


class Origin(TextChoices):
    """How somebody came into a step."""

    CANDIDATE = "CANDIDATE", "流程指定"
    BEFORE = "BEFORE", "前加签"
    AFTER = "AFTER", "后加签"
    PARALLEL = "PARALLEL", "并行加签"
    DELEGATION = "DELEGATION", "委派"


class Mode(TextChoices):
    """When several people in one step have decided."""

    ALL = "all", "会签（全部同意）"
    ANY = "any", "或签（一人即可）"
    PERCENT = "percent", "会签（按比例）"
    SEQUENCE = "sequence", "依次审批"


class Verb(TextChoices):
    """What people and the clock do to an instance."""

    START = "start", "发起"
    AGREE = "agree", "同意"
    REFUSE = "refuse", "不同意"
    RETURN_TO = "return_to", "退回"
    WITHDRAW = "withdraw", "撤回"
    TRANSFER = "transfer", "转办"
    DELEGATE = "delegate", "委派"
    ADD_SIGN = "add_sign", "加签"
    REMOVE_SIGN = "remove_sign", "减签"
    CARBON_COPY = "carbon_copy", "抄送"
    URGE = "urge", "催办"
    TERMINATE = "terminate", "终止"
    SUSPEND = "suspend", "挂起"
    RESUME = "resume", "恢复"
    REASSIGN = "reassign", "改派"
    UPDATE = "update", "修改内容"
    SKIP = "skip", "自动跳过"
    TIMEOUT = "timeout", "超时处理"
    INCIDENT = "incident", "发生异常"
    RETRY = "retry", "重试"
    MIGRATE = "migrate", "换到新版本"
    END = "end", "办结"


# What somebody at a step may be allowed to do there; the attribute `verbs` narrows it.
STEP_VERBS = (
    Verb.AGREE, Verb.REFUSE, Verb.RETURN_TO, Verb.TRANSFER, Verb.DELEGATE, Verb.ADD_SIGN, Verb.REMOVE_SIGN,
    Verb.CARBON_COPY, Verb.TERMINATE,
)  # fmt: skip
# Ending somebody's case is granted by the process in so many words.
USUAL_VERBS = tuple(verb for verb in STEP_VERBS if verb is not Verb.TERMINATE)


class EmptyPolicy(TextChoices):
    """What happens when nobody can be found for a step."""

    ADMIN = "admin", "交流程管理人"
    SKIP = "skip", "自动跳过"
    REFUSE = "refuse", "不允许提交"


class SamePerson(TextChoices):
    """What happens when the approver is who applied."""

    SUPERIOR = "superior", "改由上级办理"
    SKIP = "skip", "自动跳过"
    ALLOW = "allow", "允许本人办理"


class TimeoutPolicy(TextChoices):
    """What happens when a step is overdue."""

    REMIND = "remind", "提醒"
    AGREE = "agree", "自动同意"
    RETURN = "return", "自动退回"
    ESCALATE = "escalate", "转交上级"


class TimerKind(TextChoices):
    """What a timer is for."""

    DUE = "DUE", "环节期限"
    BOUNDARY = "BOUNDARY", "边界定时"
    WAIT = "WAIT", "定时等待"
    RETRY = "RETRY", "异常重试"


class TimerState(TextChoices):
    """Whether a timer still runs."""

    SET = "SET", "计时中"
    FIRED = "FIRED", "已触发"
    CANCELLED = "CANCELLED", "已取消"
