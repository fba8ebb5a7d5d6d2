"""Words of the exchange: states, kinds of keys, directions."""

from django.db.models import TextChoices


class SystemState(TextChoices):
    """How far a system has come; only an enabled one is answered."""

    WAITING = "WAITING", "待启用"
    ENABLED = "ENABLED", "已启用"
    DISABLED = "DISABLED", "已停用"


class ProposalState(TextChoices):
    """What a second person said of the terms proposed."""

    OPEN = "OPEN", "待复核"
    CONFIRMED = "CONFIRMED", "已启用"
    REFUSED = "REFUSED", "已退回"
    REPLACED = "REPLACED", "已被新的申请代替"


class KeyKind(TextChoices):
    """What a key signs with. The value is the name of the algorithm on the wire."""

    ED25519 = "ed25519", "Ed25519 公钥"
    HMAC_SM3 = "hmac-sm3", "HMAC-SM3 共享密钥"


class Direction(TextChoices):
    """Who called whom."""

    IN = "IN", "来自外部"
    OUT = "OUT", "发往外部"


class Window(TextChoices):
    """What is counted: requests by minute and by day, and refused ones whose log lines are bounded."""

    MINUTE = "MINUTE", "每分钟"
    DAY = "DAY", "每日"
    REFUSED = "REFUSED", "被拒"


class LetterState(TextChoices):
    """What became of an item that could not be taken."""

    OPEN = "OPEN", "待处理"
    RESOLVED = "RESOLVED", "已补收"
    DISCARDED = "DISCARDED", "已作废"


class DeliveryState(TextChoices):
    """How far a message to an outside system has come."""

    PENDING = "PENDING", "待送达"
    DELIVERED = "DELIVERED", "已送达"
    DEAD = "DEAD", "未送达"
    CANCELLED = "CANCELLED", "已取消"
