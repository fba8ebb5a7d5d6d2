"""Giving a system a key, and replacing one."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from yihu.hub.centres.exchange.choices import KeyKind
from yihu.hub.screens.forms import DayField, ScreenForm

PUBLIC_KEY_HELP = "PEM 文本，或 32 字节公钥的 base64；私钥由对方自己保管，不要发来"


def end_of(day: date) -> datetime:
    """The first instant after a day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _in_a_year() -> date:
    return timezone.localdate() + timedelta(days=365)


class KeyForm(ScreenForm):
    """A key: its kind, the public key if it has one, the last day it is good."""

    kind = forms.ChoiceField(label="种类", choices=KeyKind.choices, widget=forms.RadioSelect, initial=KeyKind.ED25519)
    public_key = forms.CharField(
        label="Ed25519 公钥", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"{PUBLIC_KEY_HELP}。HMAC-SM3 的密钥由本系统生成，不用填",
    )  # fmt: skip
    last_day = DayField(label="有效期至（含当日）", help_text="不超过三年", initial=_in_a_year)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == KeyKind.ED25519 and not values.get("public_key"):
            self.add_error("public_key", "请粘贴对方的 Ed25519 公钥")
        return values


class ReplaceForm(ScreenForm):
    """A new key of the same kind, and how long the old one stays good beside it."""

    public_key = forms.CharField(
        label="新的 Ed25519 公钥", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=PUBLIC_KEY_HELP
    )
    overlap_days = forms.IntegerField(
        label="旧密钥保留天数", min_value=0, max_value=90, initial=7,
        help_text="这些天里新旧密钥都有效，对方可以从容切换；0 为立即失效",
    )  # fmt: skip
    last_day = DayField(label="新密钥有效期至（含当日）", help_text="不超过三年", initial=_in_a_year)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == KeyKind.HMAC_SM3:
            del self.fields["public_key"]
