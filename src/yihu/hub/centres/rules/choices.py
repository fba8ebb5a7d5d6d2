"""Lives of versions, suppressions and back-tests."""

from django.db.models import TextChoices


class VersionState(TextChoices):
    """Only a draft changes; what was published never does, it is only retired."""

    DRAFT = "DRAFT", "草稿"
    IN_REVIEW = "IN_REVIEW", "待审核"
    PUBLISHED = "PUBLISHED", "已发布"
    RETIRED = "RETIRED", "已停用"


class SuppressionState(TextChoices):
    """A suppression counts once a second person has confirmed it, until its last day."""

    PROPOSED = "PROPOSED", "待复核"
    CONFIRMED = "CONFIRMED", "生效"
    REFUSED = "REFUSED", "未同意"
    ENDED = "ENDED", "已终止"


class RunState(TextChoices):
    """How far a back-test has come."""

    WAITING = "WAITING", "等待"
    RUNNING = "RUNNING", "进行中"
    DONE = "DONE", "完成"
    FAILED = "FAILED", "失败"


class Population(TextChoices):
    """What a back-test runs over: one row each of the published snapshot."""

    HOUSEHOLDS = "HOUSEHOLDS", "户（含指标）"
    INVOICES = "INVOICES", "发票"
