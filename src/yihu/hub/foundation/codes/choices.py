"""States of what is published after a second person's review, and kinds of mappings between codes."""

from django.db.models import TextChoices


class State(TextChoices):
    """Life of a version or of a calendar year. Only a draft changes; what is published never does."""

    DRAFT = "DRAFT", "草稿"
    IN_REVIEW = "IN_REVIEW", "待审核"
    PUBLISHED = "PUBLISHED", "已发布"


class Origin(TextChoices):
    """Whether a table comes with the program or was loaded here."""

    SHIPPED = "SHIPPED", "随程序提供"
    LOADED = "LOADED", "本地导入"


class MappingKind(TextChoices):
    """What became of a code."""

    ONE_TO_ONE = "ONE_TO_ONE", "一对一"
    SPLIT = "SPLIT", "拆分"
    MERGED = "MERGED", "合并"
    ABOLISHED = "ABOLISHED", "废止"


class MappingState(TextChoices):
    """A mapping counts once a second person has confirmed it."""

    PROPOSED = "PROPOSED", "待确认"
    CONFIRMED = "CONFIRMED", "已确认"
    REJECTED = "REJECTED", "未采纳"
