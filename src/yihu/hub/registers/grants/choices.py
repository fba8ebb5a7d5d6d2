"""Words of the register of grants."""

from django.db.models import TextChoices


class QuotaKind(TextChoices):
    """For how long a quota holds."""

    STANDING = "STANDING", "定期（长期有效）"
    TEMPORARY = "TEMPORARY", "临时（当月有效）"


class EntryState(TextChoices):
    """Whether a change of registration stands in the system of record."""

    WAITING = "WAITING", "待写入登记系统"
    ENTERED = "ENTERED", "已写入登记系统"
