"""Forms of code standards."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.http import HttpRequest, QueryDict

from yihu.hub.foundation.codes.choices import MappingKind
from yihu.hub.foundation.codes.models import TableVersion
from yihu.hub.foundation.codes.services.layouts import STANDARD, layouts
from yihu.hub.screens.forms import DayField, DayInput, ScreenForm

TABLE_CODE = RegexValidator(r"^[a-z0-9][a-z0-9-]{0,39}$", "只能用小写字母、数字和连字符")
ENTRY_CODE = RegexValidator(r"^[0-9A-Za-z_.\-]{1,40}$", "只能用字母、数字、点、连字符和下划线")
LONGEST_PERIOD = 731
DAY_HINT = "不再有效的第一天；留空表示一直有效"


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when it is empty; None when the form is only shown."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> Any:
    """The files that were sent; None when the form is only shown."""
    return request.FILES if request.method == "POST" else None


class FilesInput(forms.ClearableFileInput):
    """More than one file at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files, as a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        one = super().clean
        given = data if isinstance(data, list | tuple) and data else [data or None]
        return [one(each, initial) for each in given]


class ImportForm(ScreenForm):
    """Files of a code table. What is left empty is filled in from the layout."""

    layout = forms.ChoiceField(label="版式", help_text="文件的列与层级怎样读；自有代码表用“通用版式”")
    table = forms.CharField(
        label="表代码", required=False, max_length=40, validators=[TABLE_CODE], help_text="留空则用版式规定的代码表"
    )
    name = forms.CharField(label="表名称", required=False, max_length=100)
    label = forms.CharField(label="版本号", required=False, max_length=60)
    valid_from = DayField(label="施行日期", required=False)
    files = FilesField(
        label="文件", help_text="CSV（UTF-8 或 GB18030）、Excel、Parquet，每个不超过 50 MB，可一次选多个"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = [
            (la.name, f"{la.title}（{la.standard}）" if la.title else "通用版式") for la in layouts().values()
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        chosen = layouts().get(found.get("layout", ""))
        if chosen and not found.get("table"):
            found["table"] = chosen.table
        if chosen and chosen.name == STANDARD and not found.get("table") and "table" not in self.errors:
            self.add_error("table", "通用版式要写明导入哪张代码表")
        if chosen and chosen.valid_from is None and not found.get("valid_from"):
            self.add_error("valid_from", "请填写该版本自哪一天起施行")
        return found


class NoteForm(ScreenForm):
    """The opinion of a reviewer."""

    note = forms.CharField(label="审核意见", required=False, max_length=500)


class DraftForm(ScreenForm):
    """A new draft from a version."""

    label = forms.CharField(label="新版本号", max_length=60)
    valid_from = DayField(label="施行日期")


class EntryForm(ScreenForm):
    """One code of a draft."""

    code = forms.CharField(label="代码", max_length=40, validators=[ENTRY_CODE])
    name = forms.CharField(label="名称", max_length=500)
    parent_code = forms.CharField(
        label="上级代码", required=False, max_length=40, help_text="留空表示最高一级", validators=[ENTRY_CODE]
    )
    valid_from = DayField(label="启用日期", required=False, help_text="留空表示自始有效")
    valid_to = DayField(label="停用日期", required=False, help_text=DAY_HINT)
    attributes = forms.CharField(
        label="属性", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000,
        help_text="每行一个，写成“名称：值”",
    )  # fmt: skip

    def clean_attributes(self) -> dict[str, str]:
        pairs = {}
        for line in self.cleaned_data["attributes"].splitlines():
            name, colon, value = line.replace("：", ":", 1).partition(":")
            if line.strip() and not (colon and name.strip()):
                raise forms.ValidationError(f"“{line[:20]}”没有写成“名称：值”")
            if name.strip():
                pairs[name.strip()[:60]] = value.strip()
        return pairs

    @staticmethod
    def told(attributes: dict[str, str]) -> str:
        """Attributes as the lines a user edits."""
        return "\n".join(f"{k}：{v if isinstance(v, str) else json.dumps(v)}" for k, v in attributes.items())


class MappingForm(ScreenForm):
    """What became of a code."""

    from_version = forms.ChoiceField(label="原版本")
    from_code = forms.CharField(label="原代码", max_length=40, validators=[ENTRY_CODE])
    kind = forms.ChoiceField(label="关系", choices=MappingKind.choices, help_text="拆分、合并的代码每一对写一条")
    to_version = forms.ChoiceField(label="新版本")
    to_code = forms.CharField(
        label="新代码", required=False, max_length=40, validators=[ENTRY_CODE], help_text="废止的代码留空"
    )
    effective_on = DayField(label="生效日期", required=False)
    basis = forms.CharField(label="依据", max_length=300, help_text="批准文件的名称与文号")

    def __init__(self, *args: Any, versions: Sequence[TableVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {str(v.pk): v for v in versions}
        for name in ("from_version", "to_version"):
            self.fields[name].choices = [(key, v.label) for key, v in self.versions.items()]

    def clean_from_version(self) -> TableVersion:
        return self.versions[self.cleaned_data["from_version"]]

    def clean_to_version(self) -> TableVersion:
        return self.versions[self.cleaned_data["to_version"]]


class YearForm(ScreenForm):
    """A year of the work calendar from a file."""

    year = forms.IntegerField(label="年度", min_value=1949, max_value=2100)
    number = forms.CharField(label="通知文号", max_length=60, help_text="如 国办发明电〔2025〕7号")
    issued = DayField(label="通知日期")
    source = forms.URLField(label="通知网址", required=False, max_length=300, assume_scheme="https")
    file = forms.FileField(
        label="文件", help_text="CSV，列为：类型（放假或上班）、名称、开始、结束；或与程序自带年度相同写法的 TOML"
    )


class DeadlineForm(forms.Form):
    """A period whose last day is asked for."""

    first = DayField(label="起", widget=DayInput({"class": "form-control"}))
    last = DayField(label="止", widget=DayInput({"class": "form-control"}))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            raise forms.ValidationError("止日早于起日，请调换")
        if first and last and (last - first).days > LONGEST_PERIOD:
            raise forms.ValidationError("期限超过两年，请分段计算")
        return found


class NumbersForm(forms.Form):
    """Numbers to be judged."""

    numbers = forms.CharField(
        label="号码", max_length=60_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 8, "spellcheck": "false"}),
        error_messages={"required": "请粘贴要校验的号码"},
    )  # fmt: skip
    on = DayField(
        label="登记日期", required=False, widget=DayInput({"class": "form-control"}),
    )  # fmt: skip


class BrowseForm(forms.Form):
    """The address of a browsed table; nonsense counts as not given."""

    q = forms.CharField(required=False, max_length=80)
    under = forms.CharField(required=False, max_length=40)
    on = forms.DateField(required=False)
    version = forms.IntegerField(required=False)
    page = forms.IntegerField(required=False, min_value=1)
    right = forms.IntegerField(required=False)
    right_on = forms.DateField(required=False)

    def asked(self, name: str, default: Any = None) -> Any:
        """A valid value, else the default."""
        self.is_valid()
        return self.cleaned_data.get(name) or default

    def day(self, today: date) -> date:
        return self.asked("on", today)
