"""Forms of the rules centre."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from yihu.hub.screens.forms import DayField, ScreenForm, SureField
from yihu.kit.decisions import Input, Table
from yihu.kit.decisions.texts import expression_text
from yihu.kit.feel.types import Base


class NewTableForm(ScreenForm):
    """A new table."""

    name = forms.CharField(label="名称", max_length=100, help_text="如：会议室使用审批层级")
    key = forms.CharField(
        label="表代码", max_length=60, help_text="小写字母、数字和 -，流程与程序按它取用，建好后不能改"
    )
    purpose = forms.CharField(label="用途", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = DayField(label="施行日期", help_text="发布后从这一天起按此表判定")


class DraftForm(ScreenForm):
    """A new draft, or the terms of one."""

    valid_from = DayField(label="施行日期", help_text="发布后从这一天起按新版判定；不能早于发布当天")
    change_note = forms.CharField(
        label="修改说明", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明改了什么、依据什么，审核人据此核对",
    )  # fmt: skip


class SubmitForm(forms.Form):
    """Sending for review."""

    accepts_flags = forms.BooleanField(required=False)


class NoteForm(forms.Form):
    """A word with a step."""

    note = forms.CharField(required=False, max_length=500)


class RetireForm(ScreenForm):
    """Retiring a version."""

    last_day_after = DayField(
        label="从哪天起停用", help_text="这一天起不再按此版判定，改按更早的版本；没有更早的版本则无法判定"
    )
    note = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    sure = SureField(label="已知悉：停用后不能恢复，只能再发布新版")


class SuppressForm(ScreenForm):
    """Proposing an exception."""

    taxpayer_number = forms.CharField(label="纳税人识别号", max_length=64)
    rule_id = forms.ChoiceField(label="不适用的规则", required=False)
    valid_from = DayField(label="起")
    last_day = DayField(label="止（含当天）", help_text="最长一年，到期自动恢复适用")
    reason = forms.CharField(
        label="理由", max_length=500, min_length=4, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": "理由至少写 4 个字"},
    )  # fmt: skip

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule_id"].choices = [("", "整张表")] + [
            (rule.id, f"规则 {rule.number}：{'，'.join(expression_text(cell) for cell in rule.outputs)}"[:80])
            for rule in table.rules
            if rule.id
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("last_day"):
            data["valid_to"] = data["last_day"] + timedelta(days=1)
        return data


class TryForm(ScreenForm):
    """Inputs of one table, by its columns."""

    on = DayField(label="依据日期")

    def __init__(self, *args: Any, table: Table, day: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": day})
        super().__init__(*args, **kwargs)
        self.table = table
        for place, column in enumerate(table.inputs):
            one = _field(column)
            one.widget.attrs.setdefault(
                "class", "form-select" if isinstance(one.widget, forms.Select) else "form-control"
            )
            self.fields[f"in{place}"] = one
        self.order_fields([*(f"in{place}" for place in range(len(table.inputs))), "on"])

    def inputs(self) -> dict[str, Any]:
        """The context of the decision: values at the paths that the columns read."""
        found: dict[str, Any] = {}
        for place, column in enumerate(self.table.inputs):
            value = self.cleaned_data.get(f"in{place}")
            value = None if value == "" else {"true": True, "false": False}.get(value, value)
            path = str(column.expression).split(".")
            holder = found
            for name in path[:-1]:
                holder = holder.setdefault(name, {})
            holder[path[-1]] = value
        return found


def _field(column: Input) -> forms.Field:
    kind = column.type.base
    if kind is Base.BOOLEAN:
        choices = [("", "（空）"), ("true", "是"), ("false", "否")]
        return forms.ChoiceField(label=column.label, required=False, choices=choices)
    if kind is Base.DATE:
        return DayField(label=column.label, required=False)
    if kind is Base.NUMBER:
        return forms.DecimalField(
            label=column.label, required=False, max_digits=30, decimal_places=0 if column.whole else 8
        )
    words = _words(column)
    if words:
        return forms.ChoiceField(label=column.label, required=False, choices=[("", "（空）"), *((w, w) for w in words)])
    return forms.CharField(label=column.label, required=False, max_length=200)


def _words(column: Input) -> list[str]:
    """The texts an input may have, where they are written out."""
    if column.allowed is None or column.allowed.tree.negated:
        return []
    values = [getattr(test, "value", None) for test in column.allowed.tree.tests]
    return [value for value in values if isinstance(value, str)] if all(isinstance(v, str) for v in values) else []


class BackTestForm(ScreenForm):
    """Which column of the data each input reads."""

    def __init__(
        self, *args: Any, table: Table, columns: Mapping[str, str], names: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        for place, column in enumerate(table.inputs):
            fitting = [(name, f"{names.get(name, name)}" + (f"（{name}）" if name in names else "")) for name, kind in
                       columns.items() if _fits(column.type.base, kind)]  # fmt: skip
            self.fields[f"in{place}"] = forms.ChoiceField(
                label=column.label,
                choices=[("", "（请选择）"), *fitting],
                widget=forms.Select(attrs={"class": "form-select"}),
                initial=str(column.expression), help_text=f"规则读取 {column.expression}，{column.type}",
                error_messages={"required": "请给这一列选数据"},
            )  # fmt: skip

    def columns(self) -> dict[str, str]:
        """By label of the input column, the column it reads."""
        return {c.label: self.cleaned_data[f"in{place}"] for place, c in enumerate(self.table.inputs)}


def _fits(base: Base, kind: str) -> bool:
    return {Base.NUMBER: "number", Base.TEXT: "text", Base.BOOLEAN: "boolean", Base.DATE: "date"}.get(base) == kind
