"""Fields that several forms share."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from yihu.hub.foundation.administration.selectors.people import find_colleague
from yihu.hub.foundation.org.models import Office, Post, User
from yihu.hub.screens.forms import DayField, PickField, ScreenForm

CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


def code_field(what: str, example: str, **options: Any) -> forms.RegexField:
    """A code that goes into addresses and paths."""
    return forms.RegexField(
        CODE,
        label=f"{what}代码",
        max_length=30,
        help_text=f"字母、数字、“-”“_”“.”，如 {example}；启用后不再改动",
        error_messages={"invalid": "代码只能用字母、数字和“-”“_”“.”，并以字母或数字开头"},
        **options,
    )


def office_field(label: str = "机关", **options: Any) -> PickField:
    return PickField(
        label=label,
        find=lambda code: Office.objects.filter(code=code).first(),
        suggest_url=reverse_lazy("administration:suggest-offices"),
        what="机关",
        **options,
    )


def post_field(label: str = "岗位", **options: Any) -> PickField:
    return PickField(
        label=label,
        find=lambda code: Post.objects.select_related("office").filter(code=code).first(),
        suggest_url=reverse_lazy("administration:suggest-posts"),
        what="岗位",
        **options,
    )


def person_field(label: str = "人员", **options: Any) -> PickField:
    return PickField(
        label=label,
        find=lambda name: User.objects.filter(username__iexact=name, is_active=True).first(),
        suggest_url=reverse_lazy("administration:suggest-people"),
        what="人员",
        **options,
    )


def colleague_field(label: str, **options: Any) -> PickField:
    return PickField(
        label=label,
        find=find_colleague,
        suggest_url=reverse_lazy("administration:suggest-colleagues"),
        what="人员",
        **options,
    )


def note_field(label: str = "依据", **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=options.pop("help_text", "文号或事由，会留在记录里"),
        **options,
    )


class FromDayForm(ScreenForm):
    """An act that takes effect on a day."""

    effective_on = DayField(label="生效日", help_text="可以是今后的日期，到日自动生效")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"effective_on": timezone.localdate(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class SpanForm(ScreenForm):
    """An act that holds from one day to another; the last day is the last in effect."""

    valid_from = DayField(label="自")
    last_day = DayField(label="至（含当日）", required=False, help_text="不填为长期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"valid_from": timezone.localdate(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Half-open days for the services: `valid_to` is the day after the last."""
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.pop("last_day", None)
        if first and last and last < first:
            self.add_error("last_day", "结束日期早于开始日期")
        values["valid_to"] = type(last).fromordinal(last.toordinal() + 1) if last else None
        return values
