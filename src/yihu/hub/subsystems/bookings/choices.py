"""Words of bookings."""

from django.db.models import TextChoices


class ResourceKind(TextChoices):
    """What can be booked."""

    VEHICLE = "VEHICLE", "公务车辆"
    ROOM = "ROOM", "会议室"


class ResourceState(TextChoices):
    """Whether it can be booked now."""

    IN_SERVICE = "IN_SERVICE", "可用"
    MAINTENANCE = "MAINTENANCE", "维修停用"
    RETIRED = "RETIRED", "已停用"


class Energy(TextChoices):
    """What a vehicle runs on."""

    FUEL = "FUEL", "燃油"
    HYBRID = "HYBRID", "混合动力"
    ELECTRIC = "ELECTRIC", "纯电动"


class Equipment(TextChoices):
    """What stands in a meeting room."""

    PROJECTOR = "PROJECTOR", "投影"
    VIDEO = "VIDEO", "视频会议"
    MICROPHONE = "MICROPHONE", "扩音"
    WHITEBOARD = "WHITEBOARD", "白板"
    RECORDING = "RECORDING", "录音录像"


class BookingState(TextChoices):
    """How far a booking has come; the first two keep everybody else out."""

    HELD = "HELD", "预占（待审批）"
    CONFIRMED = "CONFIRMED", "已预约"
    USED = "USED", "已使用"
    RELEASED = "RELEASED", "已释放"


LIVE = (BookingState.HELD, BookingState.CONFIRMED, BookingState.USED)
