"""Forms of one's own settings."""

from itertools import combinations
from typing import Any

from django import forms

from yihu.hub.foundation.notices.choices import ALWAYS, Channel, Kind
from yihu.hub.foundation.notices.models import Preference
from yihu.hub.screens.forms import ScreenForm

INBOX_ONLY = "none"
CHOSEN = [kind for kind in Kind if kind not in ALWAYS]


class ClockField(forms.TimeField):
    """An hour and minute, by the browser's own control."""

    # The browser's own control shows twelve hours where the machine speaks English.
    widget = forms.TimeInput(attrs={"inputmode": "numeric", "maxlength": 5, "autocomplete": "off"}, format="%H:%M")
    default_error_messages = {"invalid": "请填时刻，如 22:00"}


class PreferenceForm(ScreenForm):
    """Channels by kind within what the installation has, and quiet hours."""

    is_quiet = forms.BooleanField(label="启用静默时段（紧急消息除外）", required=False)
    quiet_from = ClockField(label="静默自")
    quiet_to = ClockField(label="静默至", help_text="可以跨过零点，如 22:00 至 07:00")

    def __init__(self, *args: Any, channels: tuple[Channel, ...], kept: Preference, **options: Any) -> None:
        initial = {"is_quiet": kept.is_quiet, "quiet_from": kept.quiet_from, "quiet_to": kept.quiet_to}
        chosen = {kind: ",".join(some) or INBOX_ONLY for kind, some in kept.channels.items()}
        super().__init__(*args, initial=initial | chosen, **options)
        self.kinds = [kind.value for kind in CHOSEN] if channels else []
        for kind in self.kinds:
            self.fields[kind] = forms.ChoiceField(
                label=Kind(kind).label, choices=_choices(channels), required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        picked = {kind: values.pop(kind, "") for kind in self.kinds}
        values["channels"] = {
            kind: [] if text == INBOX_ONLY else text.split(",") for kind, text in picked.items() if text
        }
        return values


def _choices(channels: tuple[Channel, ...]) -> list[tuple[str, str]]:
    """Every set of outward channels, beside what the templates say."""
    sets = [some for n in range(1, len(channels) + 1) for some in combinations(channels, n)]
    named = [(",".join(some), f"站内和{'、'.join(c.label for c in some)}") for some in sets]
    return [("", "按系统默认"), (INBOX_ONLY, "仅站内"), *named]


class NumberForm(ScreenForm):
    """A mobile number to be proved."""

    text = forms.CharField(
        label="手机号",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text="会向它发送 6 位验证码",
    )


class MailForm(ScreenForm):
    """A mail address to be proved."""

    text = forms.CharField(
        label="邮箱",
        max_length=120,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="会向它发送 6 位验证码",
    )


class CodeForm(ScreenForm):
    """The code that came there."""

    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label="验证码",
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"invalid": "请填 6 位数字"},
    )
