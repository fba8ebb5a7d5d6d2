"""Announcements: to an office and all below it, or to those of its people who hold a duty; fanned out by a job."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.catalogue import Template
from yihu.hub.foundation.notices.choices import AnnouncementState, Channel, Kind, Urgency
from yihu.hub.foundation.notices.models import Announcement, Notice
from yihu.hub.foundation.notices.services.posting import Letter, post
from yihu.hub.foundation.notices.services.recalling import withdraw
from yihu.hub.foundation.notices.services.waking import defer_once
from yihu.hub.foundation.notices.services.wording import ELSEWHERE, Worded
from yihu.hub.foundation.org.models import Appointment, Duty, Office, PostDuty, User
from yihu.hub.foundation.org.selectors.reach import under
from yihu.hub.foundation.org.services.permits import day_of, permit
from yihu.kit.masks import veil

FAN_OUT = "notices.fan-out"
CHUNK = 1000
TEMPLATE = Template(
    code="notices.announcement",
    name="公告通知",
    kind=Kind.ANNOUNCEMENT,
    title="{title}",
    body="{body}",
    sms="{title}",
    channels=(Channel.EMAIL,),
    fields={"title": "标题", "body": "正文"},
)


class UnableToAnnounceError(UnableTo):
    """Out of reach, nobody to reach, or too late."""


def receivers_of(office: Office, duty: Duty | None, now: datetime) -> QuerySet[User]:
    """The people of an office and all below it who are at work; with a duty, those whose post carries it today."""
    people = User.objects.filter(under(office, "office__"), is_active=True)
    if duty is None:
        return people
    day = day_of(now)
    carrying = Appointment.objects.filter(confirmed_at__isnull=False, refused_at=None).on(day)
    return people.filter(pk__in=carrying.filter(post__in=_posts_with(duty, day)).values("user"))


def _posts_with(duty: Duty, day: object) -> QuerySet:
    return PostDuty.objects.filter(duty=duty).on(day).values("post")


@transaction.atomic
def announce(
    *,
    actor: User,
    office: Office,
    duty: Duty | None = None,
    title: str,
    body: str,
    urgency: Urgency = Urgency.NORMAL,
    needs_confirm: bool = False,
    now: datetime,
) -> Announcement:
    """
    Publish to everybody within; the job brings it into the inboxes.

    :raises OutOfReachError: the actor's posts do not carry the right for this office
    :raises UnableToAnnounceError: NOT-020 nobody would receive it
    """
    permit(actor, "notices.announce", office)
    total = receivers_of(office, duty, now).count()
    if not total:
        who = f"“{duty.name}”的在岗人员" if duty else "在岗人员"
        raise UnableToAnnounceError(f"{office.name}及下级没有{who}（NOT-020），请换一个范围")
    made = Announcement.objects.create(
        sender=actor, office=office, duty=duty, title=title, body=body, urgency=urgency, needs_confirm=needs_confirm,
        total=total, created_at=now,
    )  # fmt: skip
    record(
        verb="announcement.publish", request=current_request(), actor=actor, target=f"announcement:{made.pk}",
        target_name=title, detail={"office": office.name, "duty": duty.name if duty else "", "count": total},
    )  # fmt: skip
    transaction.on_commit(partial(_wake, made.pk), robust=True)
    return made


@transaction.atomic
def recall(*, actor: User, announcement: Announcement, reason: str, now: datetime) -> int:
    """
    Take it out of the inboxes where it is still unread; who read it keeps it, marked as recalled on the sender's page.

    :raises UnableToAnnounceError: NOT-021 somebody else's, or recalled already
    """
    permit(actor, "notices.announce", announcement.office)
    found = Announcement.objects.select_for_update().get(pk=announcement.pk)
    if found.sender_id != actor.pk or found.state == AnnouncementState.RECALLED:
        raise UnableToAnnounceError("只能撤回本人发布、尚未撤回的公告（NOT-021）")
    found.state, found.recalled_at = AnnouncementState.RECALLED, now
    found.save(update_fields=["state", "recalled_at"])
    with as_system("撤回公告"):
        taken = withdraw(Notice.objects.filter(announcement=found, read_at=None, recalled_at=None), now=now)
    record(
        verb="announcement.recall", request=current_request(), actor=actor, target=f"announcement:{found.pk}",
        target_name=found.title, purpose=reason, detail={"count": taken},
    )  # fmt: skip
    return taken


def carry_out(*, announcement_id: int, clock: Callable[[], datetime]) -> None:
    """Chunk after chunk, each in its own transaction with the place where it stands."""
    while _next_chunk(announcement_id, clock()):
        pass


@transaction.atomic
def _next_chunk(announcement_id: int, now: datetime) -> bool:
    """One chunk; False when there is none left. The row's lock keeps a second job out."""
    found = Announcement.objects.select_for_update().filter(pk=announcement_id).first()
    if found is None or found.state != AnnouncementState.SENDING:
        return False
    people = receivers_of(found.office, found.duty, now).filter(pk__gt=found.cursor).order_by("pk")
    chunk = list(people.values_list("pk", flat=True)[:CHUNK])
    found.made += len(post(_letter(found), chunk, now=now))
    if chunk:
        found.cursor = chunk[-1]
    else:
        found.state, found.finished_at, found.total = AnnouncementState.SENT, now, found.made
    found.save(update_fields=["made", "cursor", "state", "finished_at", "total"])
    return bool(chunk)


def _letter(found: Announcement) -> Letter:
    return Letter(
        template=TEMPLATE,
        worded=Worded(
            found.title,
            found.body,
            str(veil(found.title)),
            f"{veil(found.body)}\n\n{ELSEWHERE}",
            f"{veil(found.title)}。{ELSEWHERE}",
        ),
        about=f"announcement:{found.pk}",
        key=f"announcement:{found.pk}",
        sender_id=found.sender_id,
        announcement_id=found.pk,
        urgency=Urgency(found.urgency),
        needs_confirm=found.needs_confirm,
    )


def resume_unfinished() -> None:
    """Put announcements before the worker whose job was lost."""
    for number in Announcement.objects.filter(state=AnnouncementState.SENDING).values_list("pk", flat=True):
        _wake(number)


def _wake(number: int) -> None:
    defer_once(FAN_OUT, lock=f"{FAN_OUT}.{number}", announcement_id=number)
