"""Deciding in a batch, supervising and answering, handing over."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from yihu.hub.centres.tasks.choices import Verdict
from yihu.hub.foundation.org.api import User
from yihu.hub.screens.forms import DayField, PickField, ScreenForm


class BatchForm(ScreenForm):
    """One opinion for all that are ticked."""

    verdict = forms.ChoiceField(
        label="意见", choices=Verdict.choices, widget=forms.RadioSelect, initial=Verdict.AGREE,
        error_messages={"required": "请选择同意或不同意"},
    )  # fmt: skip
    opinion = forms.CharField(
        label="意见内容", required=False, max_length=200, strip=True, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="逐件写入各办件的意见；不同意须写明理由",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == Verdict.REFUSE and not cleaned.get("opinion"):
            self.add_error("opinion", "不同意须写明理由")
        return cleaned


class SuperviseForm(ScreenForm):
    """What is asked, and until when."""

    words = forms.CharField(
        label="督办要求", min_length=4, max_length=300, strip=True, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：请说明未办结的原因，并于期限前办结", error_messages={"min_length": "督办要求至少写 4 个字"},
    )  # fmt: skip
    until = DayField(label="要求办结日期")


class AnswerForm(ScreenForm):
    """What hinders, and what comes next."""

    text = forms.CharField(
        label="答复", min_length=4, max_length=300, strip=True, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明进展、原因和预计办结时间", error_messages={"min_length": "答复至少写 4 个字"},
    )  # fmt: skip


class HandOverForm(ScreenForm):
    """From whom, to whom, why."""

    giver = PickField(
        label="移交人", what="人员", suggest_url=reverse_lazy("tasks:suggest-people"),
        find=lambda name: User.objects.filter(username__iexact=name).first(),
        help_text="含已离岗人员",
    )  # fmt: skip
    receiver = PickField(
        label="接办人", what="人员", suggest_url=reverse_lazy("tasks:suggest-people"),
        find=lambda name: User.objects.filter(username__iexact=name, is_active=True).first(),
    )  # fmt: skip
    reason = forms.CharField(
        label="移交原因", min_length=2, max_length=200, strip=True, help_text="例如：离岗、调岗、长期病假",
        error_messages={"min_length": "请写明原因"},
    )  # fmt: skip
