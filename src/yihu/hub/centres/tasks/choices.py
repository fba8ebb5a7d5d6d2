"""States, urgencies and outcomes of to-dos, in the words the reader sees."""

from django.db.models import IntegerChoices, TextChoices


class SourceKind(TextChoices):
    """Whether a source is a room of this program or another system."""

    INSIDE = "INSIDE", "本系统"
    OUTSIDE = "OUTSIDE", "外部系统"


class TodoState(TextChoices):
    """How far one person's to-do has come."""

    PENDING = "PENDING", "待办"
    TO_READ = "TO_READ", "待阅"
    COPY = "COPY", "抄送"
    SUSPENDED = "SUSPENDED", "已挂起"
    DONE = "DONE", "已办"
    FINISHED = "FINISHED", "办结"
    WITHDRAWN = "WITHDRAWN", "已撤回"


OPEN = frozenset({TodoState.PENDING, TodoState.TO_READ, TodoState.COPY, TodoState.SUSPENDED})
ENDED = frozenset({TodoState.DONE, TodoState.FINISHED, TodoState.WITHDRAWN})
# Between two messages of one stamp the one further along wins, in whatever order they arrive.
RANK = {
    TodoState.COPY: 0, TodoState.TO_READ: 1, TodoState.PENDING: 2, TodoState.SUSPENDED: 3, TodoState.DONE: 4,
    TodoState.WITHDRAWN: 5, TodoState.FINISHED: 6,
}  # fmt: skip


class Urgency(IntegerChoices):
    """How pressing; a higher number is more so."""

    NORMAL = 0, "一般"
    URGENT = 1, "加急"
    EXTRA = 2, "特急"


class Verdict(TextChoices):
    """What an approver says to a low-risk to-do, in a batch or by SMS."""

    AGREE = "AGREE", "同意"
    REFUSE = "REFUSE", "不同意"


class ChallengeState(TextChoices):
    """How an SMS code ended."""

    ISSUED = "ISSUED", "待回复"
    DECIDED = "DECIDED", "已凭短信办理"
    LOCKED = "LOCKED", "输错过多，已锁定"
    EXPIRED = "EXPIRED", "已过期"
    VOID = "VOID", "已失效"


class ReminderKind(TextChoices):
    """Why somebody was reminded."""

    DUE_TODAY = "DUE_TODAY", "今日到期"
    OVERDUE = "OVERDUE", "已超期"


class ReplyOutcome(TextChoices):
    """What became of a message that came in."""

    DECIDED = "DECIDED", "已办理"
    REFUSED = "REFUSED", "没有办成"
    BARE = "BARE", "没有代码"
    WRONG = "WRONG", "代码不对"
    DEAD = "DEAD", "代码已失效"
    ALARM = "ALARM", "号码不符"


class ListWay(TextChoices):
    """How a system's list of open to-dos came here."""

    SENT = "SENT", "对方报送"
    FETCHED = "FETCHED", "定时取回"


class DifferenceKind(TextChoices):
    """How a to-do stands differently here and there."""

    MISSING = "MISSING", "本系统缺少"
    EXTRA = "EXTRA", "对方已无"
    STALE = "STALE", "本系统较旧"
    ENDED_HERE = "ENDED_HERE", "本系统已办结"


class ReportState(TextChoices):
    """What became of a reconciliation."""

    CLEAN = "CLEAN", "一致"
    OPEN = "OPEN", "有差异"
    MENDED = "MENDED", "已修正"
    FAILED = "FAILED", "未能对账"
