"""Words of the organisation: levels, families of duties, how wide a duty reaches, the duties every installation has."""

from django.db.models import IntegerChoices, TextChoices

from yihu.hub.base.access import Label

__all__ = ["Family", "Label", "OfficeAct", "OfficeLevel", "ScopeRule", "StandardDuty"]


class OfficeLevel(IntegerChoices):
    """Five levels; an office stands below one of a smaller number."""

    HEADQUARTERS = 1, "总局"
    PROVINCE = 2, "省级局"
    CITY = 3, "市级局"
    COUNTY = 4, "区县局"
    BRANCH = 5, "分局（所）"


class Family(TextChoices):
    """What a permission or a duty is about. COMMON is everybody's and stands in nobody's way."""

    COMMON = "COMMON", "通用"
    BUSINESS = "BUSINESS", "业务"
    SYSTEM = "SYSTEM", "系统管理"
    SECURITY = "SECURITY", "安全管理"
    AUDIT = "AUDIT", "审计"


class ScopeRule(TextChoices):
    """Which households a duty reaches, from the office of the post that carries it."""

    NONE = "NONE", "不涉及户"
    GRIDS = "GRIDS", "所在网格"
    OFFICE = "OFFICE", "本机关"
    SUBTREE = "SUBTREE", "本机关及下级"
    EVERYTHING = "EVERYTHING", "全部"


class StandardDuty(TextChoices):
    """The duties every installation starts with (what each may do: `duties.yaml`)."""

    OFFICER = "OFFICER", "税收管理员"
    SECTION_CHIEF = "SECTION_CHIEF", "科所长"
    DIRECTOR = "DIRECTOR", "局领导"
    AUDITOR = "AUDITOR", "安全审计员"
    OPERATOR = "OPERATOR", "系统运维"
    SYSTEM_ADMIN = "SYSTEM_ADMIN", "系统管理员"
    SECURITY_ADMIN = "SECURITY_ADMIN", "安全管理员"


class OfficeAct(TextChoices):
    """What changed about an office."""

    OPEN = "OPEN", "设立"
    RENAME = "RENAME", "更名"
    MOVE = "MOVE", "调整隶属"
    MERGE = "MERGE", "并入"
    CLOSE = "CLOSE", "撤销"
