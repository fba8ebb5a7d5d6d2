"""Offices, departments, posts, grids."""

from typing import Any

from django import forms

from yihu.hub.foundation.administration.forms.fields import (
    FromDayForm,
    SpanForm,
    code_field,
    note_field,
    office_field,
    person_field,
)
from yihu.hub.foundation.org.choices import OfficeLevel
from yihu.hub.foundation.org.models import Department
from yihu.hub.screens.forms import ScreenForm, SureField

DIVISION = r"^\d{2,12}$"


class OpenOfficeForm(FromDayForm):
    """A new office below another."""

    code = code_field("机关", "1440303")
    name = forms.CharField(label="机关名称", max_length=100, help_text="全称，如 国家税务总局深圳市罗湖区税务局")
    level = forms.TypedChoiceField(label="级次", choices=OfficeLevel.choices, coerce=int)
    parent = office_field("上级机关")
    division_code = forms.RegexField(
        DIVISION,
        label="行政区划代码",
        max_length=12,
        required=False,
        help_text="所辖区划的前几位，如 440303；按片分工的分局（所）可不填",
        error_messages={"invalid": "区划代码是 2 到 12 位数字"},
    )
    note = note_field()


class RenameOfficeForm(FromDayForm):
    """A new name from a day on."""

    name = forms.CharField(label="新名称", max_length=100)
    note = note_field()


class MoveOfficeForm(FromDayForm):
    """A new superior from a day on; everything below moves along."""

    parent = office_field("新的上级机关")
    note = note_field()


class MergeOfficeForm(FromDayForm):
    """Into another office."""

    into = office_field("并入哪个机关")
    note = note_field()
    sure = SureField(label="我已看清：并入后本机关的岗位和任职到日终止，不能撤回")


class CloseOfficeForm(FromDayForm):
    """An end."""

    note = note_field()
    sure = SureField(label="我已看清：撤销到日生效后不能撤回")


class DepartmentForm(FromDayForm):
    """A department of an office."""

    code = code_field("内设机构", "1440303-ZG1")
    name = forms.CharField(label="内设机构名称", max_length=100, help_text="如 征收管理股")


class PostForm(FromDayForm):
    """A post of an office."""

    code = code_field("岗位", "1440303-GLY01")
    name = forms.CharField(label="岗位名称", max_length=100, help_text="如 税收管理员一岗")
    department = forms.ModelChoiceField(
        Department.objects.none(), label="内设机构", required=False, empty_label="直属机关"
    )

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments
        self.fields["department"].label_from_instance = lambda d: d.name


class RenameForm(ScreenForm):
    """A new name at once."""

    name = forms.CharField(label="新名称", max_length=100)


class EndForm(FromDayForm):
    """An end of something dated: the day is the first without effect."""

    sure = SureField(label="我已看清办理后果")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].label = "自哪天起不再有效"


class GroundForm(ScreenForm):
    """A grid's name and ground."""

    name = forms.CharField(label="网格名称", max_length=100, help_text="如 东门街道第一网格")
    divisions = forms.CharField(
        label="区划范围",
        required=False,
        max_length=500,
        help_text="行政区划代码的前几位，多个用空格隔开，如 440303001 440303002；只点名列户的可不填",
    )

    def clean_divisions(self) -> list[str]:
        """Codes apart."""
        found = self.cleaned_data["divisions"].replace("，", " ").replace(",", " ").split()
        wrong = [d for d in found if not (d.isascii() and d.isdigit() and 2 <= len(d) <= 12)]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0]}”不是区划代码：应为 2 到 12 位数字")
        return found


class GridForm(GroundForm, FromDayForm):
    """A grid of an office."""

    code = code_field("网格", "G440303-01")
    field_order = ("code", "name", "divisions", "effective_on")


class GridMemberForm(SpanForm):
    """Somebody looks after a grid."""

    user = person_field("网格员", help_text="输入姓名或账号，从提示中选择")


class GridTaxpayersForm(FromDayForm):
    """Taxpayers listed in a grid by number."""

    numbers = forms.CharField(
        label="纳税人识别号",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="每行一个，最多 500 个；已在册的不会重复加入",
    )

    def clean_numbers(self) -> list[str]:
        """Numbers, each once, in order."""
        found = list(dict.fromkeys(self.cleaned_data["numbers"].upper().split()))
        wrong = [n for n in found if not (n.isascii() and n.isalnum() and 6 <= len(n) <= 30)]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0]}”不像纳税人识别号：应为 6 到 30 位字母数字")
        if len(found) > 500:
            raise forms.ValidationError(f"一次最多 500 个，现有 {len(found)} 个，请分批")
        return found
