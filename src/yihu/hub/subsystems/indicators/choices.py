"""Words of the catalogue: its filters, orders and files, and how a model stands."""

from django.db.models import TextChoices


class Direction(TextChoices):
    """Which end is suspicious."""

    HIGH = "high", "偏高可疑"
    LOW = "low", "偏低可疑"
    BOTH = "both", "偏高偏低均可疑"


class Use(TextChoices):
    """Who uses an indicator."""

    RULES = "rules", "风险规则"
    OUTLIERS = "outliers", "离群评分"
    MODELS = "models", "学习模型"
    NONE = "none", "尚无使用"


class Standing(TextChoices):
    """Whether a model ranks, scores in the shadow, or is merely kept."""

    CHAMPION = "champion", "在用"
    CHALLENGER = "challenger", "影子"
    KEPT = "kept", "未在用"


class Gap(TextChoices):
    """How often a figure is missing."""

    FULL = "full", "缺失不到 10%"
    PART = "part", "缺失 10%–50%"
    MOST = "most", "缺失 50% 以上"
    ALL = "all", "全部缺失"


class Sort(TextChoices):
    """The order of the list, by the column that offers it."""

    CATALOGUE = "catalogue", "按目录次序"
    MISSING = "missing", "缺失率从高到低"
    MOVED = "moved", "变动从大到小"
    USED = "used", "使用者从多到少"


class End(TextChoices):
    """From which end households are listed."""

    HIGH = "high", "从最高起"
    LOW = "low", "从最低起"


PAGE_SIZES = (20, 50, 100, 200)
