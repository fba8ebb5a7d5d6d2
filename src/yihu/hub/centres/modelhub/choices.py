"""Lives of model versions and training runs, and the bounds at which somebody is told."""

from django.db.models import TextChoices


class ModelState(TextChoices):
    """A trained model scores nothing before a second person has agreed; one at a time is in force."""

    DRAFT = "DRAFT", "草稿"
    IN_REVIEW = "IN_REVIEW", "待审"
    SHADOW = "SHADOW", "影子"
    IN_FORCE = "IN_FORCE", "在用"
    RETIRED = "RETIRED", "退役"
    REJECTED = "REJECTED", "驳回"


class RunState(TextChoices):
    """How far a training has come."""

    WAITING = "WAITING", "等待"
    RUNNING = "RUNNING", "进行中"
    DONE = "DONE", "完成"
    STOPPED = "STOPPED", "已停止"
    FAILED = "FAILED", "失败"


class Verdict(TextChoices):
    """How far a feature has moved from its distribution in training, by its stability index (PSI)."""

    CALM = "CALM", "平稳"
    MOVED = "MOVED", "有变动"
    CHANGED = "CHANGED", "显著变化"


class FeatureUse(TextChoices):
    """Which figures of a model are listed."""

    ASKED = "asked", "树用到的"
    BOUND = "bound", "规定方向的"
    UNASKED = "unasked", "没有用到的"
    EVERY = "every", "全部"


TONES = {
    ModelState.DRAFT: "off",
    ModelState.IN_REVIEW: "wait",
    ModelState.SHADOW: "wait",
    ModelState.IN_FORCE: "on",
    ModelState.RETIRED: "off",
    ModelState.REJECTED: "stop",
}
# Somebody is told when the scores themselves have become another population, when so many features have, or when what
# was said and what inspections found lie so far apart on at least so many cases.
MOST_SCORE_PSI = 0.25
MOST_CHANGED_FEATURES = 5
MOST_CALIBRATION_ERROR = 0.10
FEWEST_OUTCOMES = 50
# Training from feedback starts by itself when so many inspections were closed since the newest model.
ENOUGH_NEW_OUTCOMES = 30
SPLITS = {"out_of_household": "户外检验", "out_of_time": "时间外检验", "since_training": "训练以后"}
# Sizes of the fairness report, as `lens.learning.fairness` calls them, from the smallest.
SIZES = ("MICRO", "SMALL", "MEDIUM", "LARGE")
DIMENSIONS = {"size": "规模", "region": "地区", "industry": "行业"}
