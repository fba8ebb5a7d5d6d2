"""Kinds, channels, urgency and states of notices."""

from django.db.models import IntegerChoices, TextChoices


class Channel(TextChoices):
    """By which way a notice reaches its receiver. The inbox is always one of them."""

    INBOX = "INBOX", "站内"
    EMAIL = "EMAIL", "邮件"
    SMS = "SMS", "短信"


OUTWARD = (Channel.EMAIL, Channel.SMS)


class Urgency(IntegerChoices):
    """LOW waits for the daily digest outside; URGENT breaks through quiet hours."""

    LOW = 0, "一般"
    NORMAL = 1, "普通"
    URGENT = 2, "紧急"


class Kind(TextChoices):
    """What a notice is about; a person chooses channels by kind."""

    TASK = "TASK", "待办"
    REMINDER = "REMINDER", "催办提醒"
    RESULT = "RESULT", "办理结果"
    ANNOUNCEMENT = "ANNOUNCEMENT", "公告通知"
    ALERT = "ALERT", "预警"
    SECURITY = "SECURITY", "账号安全"
    SYSTEM = "SYSTEM", "系统"


# Word of what happened to one's own account cannot be switched off.
ALWAYS = frozenset({Kind.SECURITY})


class State(TextChoices):
    """How far a delivery by mail or SMS has come."""

    QUEUED = "QUEUED", "待发送"
    HELD = "HELD", "静默时段暂存"
    SENT = "SENT", "已发出"
    DELIVERED = "DELIVERED", "已送达"
    FAILED = "FAILED", "发送失败"
    CANCELLED = "CANCELLED", "已取消"


OPEN_STATES = (State.QUEUED, State.HELD)


class Failure(TextChoices):
    """Why a delivery failed, in words for the operator and the receiver."""

    NONE = "", "—"
    NO_CHANNEL = "NOT-001", "通道未启用"
    NO_ADDRESS = "NOT-002", "收件人未登记或号码未生效"
    REFUSED = "NOT-003", "对方拒收：地址或号码无效"
    UNREACHABLE = "NOT-004", "通道多次无应答"
    GATEWAY = "NOT-005", "网关返回错误"
    UNDELIVERED = "NOT-006", "网关回报未送达"


class AnnouncementState(TextChoices):
    """An announcement on its way."""

    SENDING = "SENDING", "发送中"
    SENT = "SENT", "已发出"
    RECALLED = "RECALLED", "已撤回"
