"""Grids: parts of an office's ground, and single taxpayers, looked after by named people."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yihu.hub.base.history import tracked
from yihu.hub.foundation.org.models.dated import Dated
from yihu.hub.foundation.org.models.offices import Office
from yihu.hub.foundation.org.models.people import User


@tracked()
class Grid(Dated):
    """A grid: the office's households whose division begins with one of `divisions`, and the taxpayers listed."""

    code = models.CharField("网格代码", max_length=40, unique=True)
    name = models.CharField("网格名称", max_length=100)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="grids", verbose_name="机关")
    divisions = ArrayField(models.CharField(max_length=12), verbose_name="行政区划前缀", default=list, blank=True)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "网格"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@tracked()
class GridTaxpayer(Dated):
    """A taxpayer listed in a grid by registration number, wherever it is registered within the office."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="taxpayers", verbose_name="网格")
    number = models.CharField("纳税人识别号", max_length=30)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "网格户"
        ordering = ["grid", "number"]
        indexes = [models.Index(fields=["number"], name="org_grid_by_taxpayer")]  # whose grid a taxpayer is in

    def __str__(self) -> str:
        return f"{self.grid} {self.number}"


@tracked()
class GridMember(Dated):
    """A person looks after a grid for a time."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="members", verbose_name="网格")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grids", verbose_name="人员")

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "网格人员"
        ordering = ["grid", "user"]

    def __str__(self) -> str:
        return f"{self.grid} {self.user}"
