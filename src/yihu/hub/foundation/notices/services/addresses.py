"""Binding a number or mail address to oneself: a code goes there, whoever has it types it here."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.requests import current_request
from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.choices import OPEN_STATES, Channel, Kind, State, Urgency
from yihu.hub.foundation.notices.keys import ADDRESSES
from yihu.hub.foundation.notices.models import Address, Challenge, Delivery
from yihu.hub.foundation.notices.services.reaching import open_channels
from yihu.hub.foundation.notices.services.texting import MOBILE, find_address, plain_number, same
from yihu.hub.foundation.notices.services.waking import wake_worker
from yihu.hub.foundation.org.api import User
from yihu.kit.masks import mask_phone

CODE_DIGITS, CODE_MINUTES, CODE_TRIES, CODES_AN_HOUR = 6, 10, 5, 5
# Whoever takes over a signed-in desk must not be able to decide by their own telephone the same day.
COOL_OFF = timedelta(hours=24)


class UnableToBindError(UnableTo):
    """The number is malformed, taken, or the code is wrong or over."""


def ask_code(*, actor: User, channel: Channel, text: str, now: datetime) -> Challenge:
    """
    Send a code to a number or mail address that the person says is theirs.

    :raises UnableToBindError: NOT-040 malformed, NOT-041 already theirs, NOT-042 too many codes within the hour,
        NOT-001 the channel is not there
    """
    plain = _well_formed(channel, text)
    if channel not in open_channels():
        raise UnableToBindError(f"本系统没有启用{channel.label}通道（NOT-001），暂时不能登记")
    with as_system("登记联系方式"), transaction.atomic():
        # One after another for one person, so that asking at once from two pages does not pass the limit.
        User.objects.select_for_update().get(pk=actor.pk)
        if Address.objects.filter(user=actor, channel=channel, digest=ADDRESSES.digest(plain), ended_at=None).exists():
            raise UnableToBindError("这个号码已经登记在您名下（NOT-041），无需再登记")
        hour = Challenge.objects.filter(user=actor, issued_at__gt=now - timedelta(hours=1)).count()
        if hour >= CODES_AN_HOUR:
            raise UnableToBindError(f"一小时内最多发送 {CODES_AN_HOUR} 次验证码（NOT-042），请稍后再试")
        return _issue(actor, channel, plain, now)


def _issue(actor: User, channel: Channel, plain: str, now: datetime) -> Challenge:
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    sealed, mask = ADDRESSES.seal(plain), masked(channel, plain)
    Challenge.objects.filter(user=actor, channel=channel, used_at=None, expires_at__gt=now).update(expires_at=now)
    made = Challenge.objects.create(
        user=actor, channel=channel, sealed=sealed, mask=mask, issued_at=now,
        code_digest=ADDRESSES.digest(code), expires_at=now + timedelta(minutes=CODE_MINUTES),
    )  # fmt: skip
    Delivery.objects.create(
        receiver=actor, channel=channel, kind=Kind.SECURITY, urgency=Urgency.URGENT, title="登记联系方式的验证码",
        text=f"验证码 {code}，{CODE_MINUTES} 分钟内有效，用于登记接收消息的{_noun(channel)}。非本人操作请忽略。",
        is_secret=True, sealed=sealed, mask=mask, created_at=now, due_at=now,
    )  # fmt: skip
    wake_worker()
    return made


def prove(*, actor: User, challenge: Challenge, code: str, now: datetime) -> Address:
    """
    Bind the number whose code was typed. The first one holds at once, one that takes another's place after a day.

    A wrong code is counted even though it is refused, so this is not one transaction with its refusal.

    :raises UnableToBindError: NOT-043 over or used, NOT-044 wrong
    """
    with as_system("验证联系方式"):
        with transaction.atomic():
            found = Challenge.objects.select_for_update().get(pk=challenge.pk, user=actor)
            if found.used_at or found.expires_at <= now or found.failures >= CODE_TRIES:
                raise UnableToBindError("验证码已失效（NOT-043），请重新发送")
            right = same(ADDRESSES.digest(code.strip()), found.code_digest)
            if right:
                return _bind(actor, found, now)
            found.failures += 1
            found.save(update_fields=["failures"])
        raise UnableToBindError(f"验证码不对（NOT-044），还可以试 {CODE_TRIES - found.failures} 次")


def _bind(actor: User, found: Challenge, now: datetime) -> Address:
    channel = Channel(found.channel)
    plain = ADDRESSES.unseal(found.sealed)
    present = find_address(actor, channel, now=now)
    # Only the one in effect may stand beside the new one.
    waiting = Address.objects.filter(user=actor, channel=channel, ended_at=None, effective_at__gt=now)
    waiting.update(ended_at=now)
    # One taken away just before must not open a way round the day.
    had = Address.objects.filter(user=actor, channel=channel).exclude(ended_at__lte=now - COOL_OFF)
    effective = now + COOL_OFF if had.exists() else now
    made = Address.objects.create(
        user=actor, channel=channel, sealed=found.sealed, digest=ADDRESSES.digest(plain), mask=found.mask,
        verified_at=now, effective_at=effective,
    )  # fmt: skip
    found.used_at = now
    found.save(update_fields=["used_at"])
    _write("address.bind", actor, made, {"before": present.mask if present else "", "after": made.mask})
    return made


def end_address(*, actor: User, address: Address, now: datetime) -> None:
    """The person takes a number away; it holds no more from this moment."""
    with as_system("停用联系方式"), transaction.atomic():
        found = Address.objects.select_for_update().get(pk=address.pk, user=actor)
        if found.ended_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
            waiting = Delivery.objects.filter(address=found, state__in=OPEN_STATES)
            waiting.update(state=State.CANCELLED, text="")
            _write("address.end", actor, found, {"before": found.mask})


def masked(channel: Channel, plain: str) -> str:
    """138****1234, or li***@example.cn."""
    if channel == Channel.SMS:
        return str(mask_phone(plain))
    name, _, domain = plain.partition("@")
    return f"{name[:2]}***@{domain}"


def _well_formed(channel: Channel, text: str) -> str:
    if channel == Channel.SMS:
        plain = plain_number(text)
        if not MOBILE.fullmatch(plain):
            raise UnableToBindError("请填 11 位手机号（NOT-040），如 138 开头的号码")
        return plain
    try:
        validate_email(text.strip())
    except ValidationError as error:
        raise UnableToBindError("请填邮件地址（NOT-040），如 name@example.cn") from error
    return text.strip().lower()


def _noun(channel: Channel) -> str:
    return "手机号" if channel == Channel.SMS else "邮箱"


def _write(verb: str, actor: User, address: Address, detail: dict[str, str]) -> None:
    record(
        verb=verb, request=current_request(), actor=actor, target=f"account:{actor.username}",
        target_name=f"{Channel(address.channel).label} {address.mask}", detail=detail,
    )  # fmt: skip
