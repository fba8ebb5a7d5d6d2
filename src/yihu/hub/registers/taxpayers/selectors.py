"""Reads of the register. PostgreSQL leaves out what lies outside the connection's scope."""

from collections.abc import Iterable

from django.db.models import Max, QuerySet

from yihu.hub.base.access import Label
from yihu.hub.base.row_scope import as_system
from yihu.hub.registers.taxpayers.models import Refresh, Taxpayer


def list_taxpayers(text: str = "") -> QuerySet[Taxpayer]:
    """Registrations whose number begins with the text or whose name holds it; all when it is empty."""
    rows = Taxpayer.objects.filter(is_present=True)
    if text:
        rows = rows.filter(number__startswith=text) | rows.filter(name__contains=text)
    return rows


def find_taxpayer(number: str) -> Taxpayer | None:
    """One registration within the scope."""
    return Taxpayer.objects.filter(pk=number).first()


def taxpayers_of(numbers: Iterable[str]) -> dict[str, Taxpayer]:
    """Registrations by number, by which grid lists are judged; the unknown and those outside the scope are left out."""
    return Taxpayer.objects.in_bulk(list(numbers))


def knows_household(household_id: str) -> bool:
    """Whether any registration of the household is in the register and within the scope."""
    return Taxpayer.objects.filter(household_id=household_id).exists()


def labels_of(household_ids: Iterable[str]) -> dict[str, Label]:
    """The highest label of each household's registrations; households without registration are left out."""
    rows = Taxpayer.objects.filter(household_id__in=list(household_ids)).values_list("household_id")
    return {household: Label(label) for household, label in rows.annotate(label=Max("label")).order_by()}


def households_above(clearance: Label) -> tuple[str, ...]:
    """Households that nobody of this clearance may see: those with a registration labelled higher."""
    if clearance >= max(Label):
        return ()
    # The asker's own wall hides the very rows that are to be named here.
    with as_system("按知悉等级列出应隐去的户"):
        above = Taxpayer.objects.filter(label__gt=clearance).order_by("household_id")
        return tuple(above.values_list("household_id", flat=True).distinct())


def last_refresh() -> Refresh | None:
    """What the register was last filled from."""
    return Refresh.objects.first()
