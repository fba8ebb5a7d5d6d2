"""One row a registration, as the published snapshot has it, with the label that people gave it."""

import pghistory
import pgtrigger
from django.db import models

from yihu.hub.base.access import Label
from yihu.hub.base.history import SNAPSHOT, tracked

# The refresh from a snapshot never names the column `label`, so it fires none of these.
OF_LABEL = {"operation": pgtrigger.UpdateOf("label"), "condition": pgtrigger.AnyChange("label")}


@tracked(
    pghistory.UpdateEvent(SNAPSHOT, row="OLD", trigger_name="a_label_before", **OF_LABEL),
    pghistory.UpdateEvent(row="NEW", trigger_name="b_label_after", **OF_LABEL),
    fields=["number", "label"],
)
class Taxpayer(models.Model):
    """
    A registration. Office and division are those of its household, so that pages and PostgreSQL decide alike.

    A registration that a later snapshot no longer has stays, `is_present` false, with its label.
    """

    number = models.CharField("纳税人识别号", max_length=64, primary_key=True)
    household_id = models.CharField("户", max_length=32)
    name = models.CharField("名称", max_length=300)
    office_code = models.CharField("主管税务机关", max_length=30, blank=True)
    division_code = models.CharField("行政区划", max_length=12, blank=True)
    status_code = models.CharField("登记状态", max_length=20, blank=True)
    label = models.PositiveSmallIntegerField("数据标签", choices=Label.choices, default=Label.INTERNAL)
    is_present = models.BooleanField("在当前快照", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "纳税人"
        ordering = ["number"]
        indexes = [
            models.Index(fields=["household_id"], name="taxpayers_of_household"),
            models.Index(fields=["office_code", "division_code"], name="taxpayers_of_office"),  # the scope
            models.Index(fields=["division_code"], name="taxpayers_of_division", opclasses=["varchar_pattern_ops"]),
            # What stands out of the ordinary: the list of labels, and who must be hidden from whom.
            models.Index(fields=["label"], name="taxpayers_labelled", condition=~models.Q(label=Label.INTERNAL)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Refresh(models.Model):
    """The snapshot the register was last filled from; one row."""

    snapshot_id = models.CharField("快照", max_length=40)
    rows = models.PositiveIntegerField("登记数")
    refreshed_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "名册更新"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="taxpayers_one_refresh")]

    def __str__(self) -> str:
        return self.snapshot_id
