"""Words of every page that shows taxpayers: risk levels, and why somebody looks."""

from django.db.models import TextChoices


class Level(TextChoices):
    """Risk level; its shape stands beside its colour on every page."""

    HIGH = "HIGH", "高风险"
    MEDIUM = "MEDIUM", "中风险"
    LOW = "LOW", "低风险"
    NONE = "NONE", "未见风险"


# Quick answers to why a taxpayer is opened.
PURPOSES = ("风险应对", "日常管理", "纳税服务与咨询", "稽查协查", "举报核实", "数据质量核对")
# A link on these pages tells the purpose by itself; the address begins so ("/" is the home page alone).
INFERRED = (
    ("/worklist/", "风险清单核查"),
    ("/risk/", "风险台账核查"),
    ("/indicators/", "按指标核查突出的户"),
    ("/trace/", "链条追踪核查"),
    ("/tasks/", "办理任务"),
    ("/household/", "由关联户延伸查看"),
    ("/person/", "由关联人员延伸查看"),
    ("/", "首页风险提示"),
)
