"""Kinds and states of runs started from the data page."""

from django.db.models import TextChoices


class Task(TextChoices):
    """What a run does."""

    GATHER = "GATHER", "采集"
    BUILD = "BUILD", "构建快照"
    RESUBMIT = "RESUBMIT", "重报退回行"


class State(TextChoices):
    """Where a run stands."""

    WAITING = "WAITING", "排队中"
    RUNNING = "RUNNING", "进行中"
    DONE = "DONE", "完成"
    FAILED = "FAILED", "失败"
