"""Registering a system, changing its terms, deciding on them, putting it out of use."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from yihu.hub.centres.exchange.catalogue import operations
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.services.terms import MOST_PER_DAY, MOST_PER_MINUTE, Terms
from yihu.hub.foundation.org.api import find_office
from yihu.hub.screens.forms import DayField, PickField, ScreenForm, SureField

GROUPS = (
    ("系统", ("code", "name", "office", "contact", "purpose")),
    ("允许做什么", ("operations", "per_minute", "per_day", "valid_from", "last_day")),
    ("从哪里来、到哪里去", ("addresses", "hosts", "webhook_url", "list_url", "mends_itself")),
    ("依据", ("reason",)),
)


class LinesField(forms.CharField):
    """Several values, one a line or separated by commas; the cleaned value is a tuple without repetitions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, **options)

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value) or ""
        return tuple(dict.fromkeys(part for part in re.split(r"[\s,，;；]+", text.lower()) if part))


class TermsForm(ScreenForm):
    """What a second person will confirm."""

    name = forms.CharField(label="系统名称", max_length=60)
    contact = forms.CharField(label="联系人", max_length=60, help_text="姓名和办公电话，出现问题时联系")
    purpose = forms.CharField(
        label="用途", max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="交换什么、为了什么事"
    )
    operations = forms.MultipleChoiceField(
        label="允许的操作", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一项"}
    )
    per_minute = forms.IntegerField(label="每分钟次数", min_value=1, max_value=MOST_PER_MINUTE, initial=600)
    per_day = forms.IntegerField(label="每日次数", min_value=1, max_value=MOST_PER_DAY, initial=100_000)
    addresses = LinesField(
        label="来源地址", required=False, help_text="每行一个 IP 或网段，如 10.20.0.0/16；不填不限来源"
    )
    hosts = LinesField(
        label="可链接的主机", required=False,
        help_text="待办链接和通知地址只能指向这些主机，每行一个，可带端口，如 oa.example.gov.cn",
    )  # fmt: skip
    webhook_url = forms.CharField(
        label="结果通知地址", max_length=500, required=False, help_text="办结、退回等结果推送到这里；不填不推送"
    )
    list_url = forms.CharField(
        label="对账清单地址", max_length=500, required=False, help_text="每晚到这里取对方在办清单；不填则由对方报送"
    )
    mends_itself = forms.BooleanField(label="对账发现差异时自动修正（不勾选的，由人核对后一键修正）", required=False)
    valid_from = DayField(label="自")
    last_day = DayField(label="至（含当日）", required=False, help_text="不填为长期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"valid_from": timezone.localdate(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["operations"].choices = [  # type: ignore[attr-defined]
            (o.code, f"{o.title}（{o.note}）" if o.note else o.title) for o in operations().values()
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "结束日期早于开始日期")
        return values

    def terms(self) -> Terms:
        """The terms of a valid form."""
        values = self.cleaned_data
        last = values["last_day"]
        named = {name: values[name] for name in Terms.__dataclass_fields__ if name in values}
        return Terms(
            **named
            | {
                "operations": tuple(values["operations"]),
                "valid_from": values["valid_from"].isoformat(),
                "valid_to": (last + timedelta(days=1)).isoformat() if last else None,
            }
        )

    @classmethod
    def described(cls, system: OutsideSystem, terms: Terms) -> dict[str, Any]:
        """Terms as initial values."""
        shown = {name: "\n".join(getattr(terms, name)) for name in ("addresses", "hosts")}
        last = date.fromisoformat(terms.valid_to) - timedelta(days=1) if terms.valid_to else None
        return terms.kept() | shown | {"last_day": last, "code": system.code}


class ChangeForm(TermsForm):
    """Other terms for a system, with the reason the second person reads."""

    reason = forms.CharField(label="变更事由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RegisterForm(TermsForm):
    """A new system."""

    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{1,29}$", label="系统代码",
        help_text="小写字母、数字和“-”，2 至 30 位，如 oa-city；登记后不再改动",
        error_messages={"invalid": "系统代码只能用小写字母、数字和“-”，2 至 30 位，以字母或数字开头"},
    )  # fmt: skip
    office = PickField(
        label="归口机关", find=find_office, suggest_url=reverse_lazy("administration:suggest-offices"), what="机关",
        help_text="对这个系统负责的机关；该机关范围内的人可以查看",
    )  # fmt: skip
    reason = forms.CharField(label="登记依据", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class DecisionForm(ScreenForm):
    """The second person's word."""

    note = forms.CharField(
        label="复核意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="退回的，须写明理由",
    )  # fmt: skip


class ReasonForm(ScreenForm):
    """An act that needs a reason and cannot be taken back at once."""

    reason = forms.CharField(label="事由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    sure = SureField(label="我已看清办理后果")
