"""Whether something can be booked, and what else there is if not."""

from datetime import datetime, timedelta

from django.utils import timezone

from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.bookings.choices import ResourceKind, ResourceState
from yihu.hub.subsystems.bookings.models import Resource
from yihu.hub.subsystems.bookings.selectors.resources import busy, find_bookable, list_bookable, list_free, name_all
from yihu.hub.subsystems.bookings.selectors.slots import next_free
from yihu.hub.subsystems.bookings.services.refusals import UnableToBookError

LONGEST = timedelta(days=31)


def check_times(start: datetime, end: datetime, now: datetime) -> None:
    """:raises UnableToBookError: BKG-001, BKG-006"""
    if end <= start:
        raise UnableToBookError("BKG-001", "结束时间须晚于开始时间，请核对两个时间")
    if end - start > LONGEST:
        raise UnableToBookError("BKG-001", f"一次最长预约 {LONGEST.days} 天，请分段申请")
    if end <= now:
        raise UnableToBookError("BKG-006", f"{_said(start, end)} 已经过去，请另选时间")


def get_bookable(user: User, code: str, kind: str, people: int) -> Resource:
    """
    The resource a person asks for.

    :raises UnableToBookError: BKG-002, BKG-003, BKG-005
    """
    found = find_bookable(user, code)
    if found is None or found.kind != kind:
        raise UnableToBookError(
            "BKG-002", f"没有编号为 {code} 的{ResourceKind(kind).label}，或不向您所在机关开放，请重新选择"
        )
    if found.state != ResourceState.IN_SERVICE:
        raise UnableToBookError("BKG-003", f"{found} 现为“{found.get_state_display()}”，请另选")
    if people > found.capacity:
        larger = name_all(list_bookable(user, kind).filter(capacity__gte=people).order_by("capacity"))
        hint = f"可改选：{larger}" if larger else "没有座位更多的，请分批安排"
        raise UnableToBookError("BKG-005", f"{found} 有 {found.capacity} 个座位，少于 {people} 人；{hint}")
    return found


def check_free(
    *, user: User, resource: Resource, start: datetime, end: datetime, people: int = 1, but: int | None = None
) -> None:
    """:raises UnableToBookError: BKG-004 with other rooms at that time, and other times of this one"""
    if busy(start, end, but=but).filter(resource=resource).exists():
        raise taken(user=user, resource=resource, start=start, end=end, people=people, but=but)


def taken(
    *, user: User, resource: Resource, start: datetime, end: datetime, people: int = 1, but: int | None = None
) -> UnableToBookError:
    """The refusal, with what is free instead."""
    others = name_all(list_free(user, resource.kind, start, end, people=people))
    times = "、".join(_said(*slot) for slot in next_free(resource, start, end, but=but))
    ways = [f"同一时间空闲的有：{others}" if others else "", f"{resource.name} 当天空闲：{times}" if times else ""]
    offer = "；".join(way for way in ways if way) or "当天没有其他空闲，请改日期"
    return UnableToBookError("BKG-004", f"{resource} 在 {_said(start, end)} 已被占用。{offer}")


def check_any_free(*, user: User, kind: str, start: datetime, end: datetime, people: int, now: datetime) -> int:
    """
    How many resources of a kind would do.

    :raises UnableToBookError: BKG-004 when there is none
    """
    check_times(start, end, now)
    number = list_free(user, kind, start, end, people=people).count()
    if not number:
        what = ResourceKind(kind).label
        raise UnableToBookError(
            "BKG-004", f"{_said(start, end)} 没有坐得下 {people} 人的空闲{what}，请改时间或分批安排"
        )
    return number


def _said(start: datetime, end: datetime) -> str:
    low, high = timezone.localtime(start), timezone.localtime(end)
    if low.date() == high.date():
        return f"{low:%m-%d %H:%M}–{high:%H:%M}"
    return f"{low:%m-%d %H:%M}至{high:%m-%d %H:%M}"
