"""Words of the matter centre."""

from django.db.models import TextChoices


class VersionState(TextChoices):
    """How far a version of a matter has come. Only published ones can be applied for."""

    DRAFT = "DRAFT", "草稿"
    PUBLISHED = "PUBLISHED", "施行中"
    SUPERSEDED = "SUPERSEDED", "已被取代"
    RETIRED = "RETIRED", "已停用"


class CaseState(TextChoices):
    """How far a case has come."""

    OPEN = "OPEN", "办理中"
    PAUSED = "PAUSED", "中止计时"
    DONE = "DONE", "已办结"


class OutcomeKind(TextChoices):
    """What an outcome means, whatever the matter calls it."""

    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予"
    ENDED = "ended", "未作决定"


class EventKind(TextChoices):
    """What happened to a case beside the acts of its process."""

    SUBMITTED = "SUBMITTED", "提交申请"
    STARTED = "STARTED", "开始计时"
    PAUSED = "PAUSED", "中止计时"
    RESUMED = "RESUMED", "恢复计时"
    CHANGED = "CHANGED", "修改内容"
    LETTER = "LETTER", "出具文书"
    NOTICE = "NOTICE", "发送消息"
    ENDED = "ENDED", "办结"


class BundleState(TextChoices):
    """How far the draft of a bundle has come."""

    DRAFT = "DRAFT", "起草中"
    IN_REVIEW = "IN_REVIEW", "待审核"
    PUBLISHED = "PUBLISHED", "已发布"
    DISCARDED = "DISCARDED", "已废弃"


class PlayState(TextChoices):
    """Whether the cases of a draft were run."""

    NEVER = "NEVER", "没有运行"
    RUNNING = "RUNNING", "正在运行"
    PASSED = "PASSED", "全部通过"
    FAILED = "FAILED", "没有全部通过"
