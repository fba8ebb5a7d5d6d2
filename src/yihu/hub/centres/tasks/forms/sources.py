"""Registering and changing a source."""

from typing import Any

from django import forms

from yihu.hub.centres.tasks.models import Source
from yihu.hub.screens.forms import ScreenForm


class LinesField(forms.CharField):
    """One entry a line."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=4000, **options)
        self.widget.attrs["rows"] = 4

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value) or ""
        return list(dict.fromkeys(line.strip()[:253] for line in text.splitlines() if line.strip()))


class RegisterForm(ScreenForm):
    """Another system that will hand in to-dos."""

    code = forms.SlugField(
        label="来源代码", max_length=40, help_text="字母、数字、“-”“_”，如 oa；启用后不再改动",
        error_messages={"invalid": "代码只能用字母、数字和“-”“_”"},
    )  # fmt: skip
    name = forms.CharField(label="来源名称", max_length=60, strip=True)
    hosts = LinesField(
        label="可跳转域名", help_text="每行一个主机名，如 oa.example.gov.cn；待办只能打开这些域名的 https 地址"
    )


class SourceForm(ScreenForm):
    """What a source may do."""

    name = forms.CharField(label="来源名称", max_length=60, strip=True)
    hosts = LinesField(label="可跳转域名", help_text="每行一个主机名；本系统的来源不需要填")
    low_risk_kinds = LinesField(
        label="低风险事项", help_text="每行一个事项名称。外部系统推送的只有列在这里才可批量办理；本系统的由流程定义标明"
    )
    sms_kinds = LinesField(label="可短信审批事项", help_text="每行一个事项名称；只对低风险事项有效")
    sms_cap_amount = forms.DecimalField(
        label="短信审批金额上限（元）", max_digits=18, decimal_places=2, min_value=0, help_text="超过的须登录办理"
    )
    is_active = forms.BooleanField(label="启用", required=False, help_text="停用后不再接收该来源的待办")


def initial_of(source: Source) -> dict[str, Any]:
    """A source as its form shows it."""
    lists = ("hosts", "low_risk_kinds", "sms_kinds")
    shown: dict[str, Any] = {name: "\n".join(getattr(source, name)) for name in lists}
    return shown | {name: getattr(source, name) for name in ("name", "sms_cap_amount", "is_active")}
