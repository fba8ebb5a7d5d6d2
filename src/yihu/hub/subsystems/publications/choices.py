"""Words of publications."""

from django.db.models import TextChoices


class Kind(TextChoices):
    """What is published; the two letters begin its number."""

    ANSWER = "WD", "12366 答复"
    ARTICLE = "ZS", "知识文章"
    PAPER = "QK", "期刊文章"


class Topic(TextChoices):
    """What it is about, one each."""

    VAT = "VAT", "增值税"
    CIT = "CIT", "企业所得税"
    IIT = "IIT", "个人所得税"
    OTHER_TAX = "OTHER_TAX", "其他税费"
    INVOICE = "INVOICE", "发票"
    COLLECTION = "COLLECTION", "征收管理"
    SERVICE = "SERVICE", "纳税服务"
    INSPECTION = "INSPECTION", "风险与稽查"
    OFFICE = "OFFICE", "政务与队伍"
    TECHNOLOGY = "TECHNOLOGY", "信息化"


class Column(TextChoices):
    """Columns of the journal."""

    RESEARCH = "RESEARCH", "税收研究"
    PRACTICE = "PRACTICE", "征管实践"
    CASE = "CASE", "案例分析"
    SERVICE = "SERVICE", "服务之窗"
    CULTURE = "CULTURE", "税苑随笔"


class State(TextChoices):
    """What a revision is worth today."""

    SCHEDULED = "SCHEDULED", "尚未生效"
    LIVE = "LIVE", "现行"
    SUPERSEDED = "SUPERSEDED", "已被修订"
    EXPIRED = "EXPIRED", "已过有效期"
    WITHDRAWN = "WITHDRAWN", "已撤下"
    ACCEPTED = "ACCEPTED", "已录用，待刊出"


class IssueState(TextChoices):
    """How far an issue has come."""

    COMPILING = "COMPILING", "编排中"
    PUBLISHED = "PUBLISHED", "已出刊"
