"""Duties, their permissions, and giving them to posts."""

from typing import Any

from django import forms

from yihu.hub.foundation.administration.forms.fields import FromDayForm, SpanForm, code_field
from yihu.hub.foundation.org.choices import Family, Label, ScopeRule
from yihu.hub.foundation.org.models import Duty
from yihu.hub.screens.forms import ScreenForm

KEPT = [(f.value, f.label) for f in Family if f != Family.COMMON]


class NewDutyForm(FromDayForm):
    """A duty beside the standard ones."""

    code = code_field("岗责", "INVOICE_DESK")
    name = forms.CharField(label="岗责名称", max_length=60, help_text="如 发票窗口")
    family = forms.ChoiceField(label="类别", choices=KEPT, help_text="管理类岗责不能与业务岗责同属一人")
    scope_rule = forms.ChoiceField(label="管户范围", choices=ScopeRule.choices)
    clearance = forms.TypedChoiceField(
        label="知悉等级", choices=Label.choices, coerce=int, help_text="可打开哪一级及以下的数据"
    )


class ChangeDutyForm(ScreenForm):
    """What of a duty may be changed at once."""

    name = forms.CharField(label="岗责名称", max_length=60)
    scope_rule = forms.ChoiceField(label="管户范围", choices=ScopeRule.choices)
    clearance = forms.TypedChoiceField(label="知悉等级", choices=Label.choices, coerce=int)


class PermissionForm(SpanForm):
    """A permission carried by a duty for a time."""

    permission = forms.ChoiceField(label="权限")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permission"].choices = choices


class GiveDutyForm(SpanForm):
    """A duty given to a post for a time."""

    duty = forms.ModelChoiceField(Duty.objects.none(), label="岗责", empty_label="请选择")

    def __init__(self, *args: Any, duties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duty"].queryset = duties
        self.fields["duty"].label_from_instance = lambda d: (
            f"{d.name}（{d.get_family_display()}，{d.get_scope_rule_display()}）"
        )
