"""Forms of the log centre."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from yihu.hub.foundation.audit.choices import ACTS, Channel
from yihu.hub.foundation.audit.selectors.records import RecordFilter

# A date field of a browser takes a day in this form only, whatever the language.
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
LONGEST_DAYS = 366


class RecordFilterForm(forms.Form):
    """Everything may be left empty."""

    actor = forms.CharField(label="人员", required=False, max_length=60)
    thing = forms.CharField(label="对象", required=False, max_length=100)
    act = forms.ChoiceField(label="动作", required=False, choices=[("", "全部动作"), *ACTS.items()])
    purpose = forms.CharField(label="事由", required=False, max_length=60)
    channel = forms.ChoiceField(label="渠道", required=False, choices=[("", "全部渠道"), *Channel.choices])
    office = forms.CharField(label="机关", required=False, max_length=100)
    start = forms.DateField(label="自", required=False, widget=DAY)
    end = forms.DateField(label="至", required=False, widget=DAY)

    def wanted(self) -> RecordFilter:
        """What the valid fields ask for; an invalid field asks for nothing."""
        self.is_valid()
        return RecordFilter(**{k: v for k, v in self.cleaned_data.items() if v})


def _a_month_ago() -> date:
    return timezone.localdate() - timedelta(days=30)


class ExportForm(forms.Form):
    """Days, inclusive, and whether personal data are needed."""

    start = forms.DateField(label="自", widget=DAY, initial=_a_month_ago)
    end = forms.DateField(label="至", widget=DAY, initial=timezone.localdate)
    with_personal = forms.BooleanField(label="同时给出个人信息与纳税人名称", required=False)
    purpose = forms.CharField(label="事由", max_length=200, error_messages={"required": "请写明导出事由"})

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and not timedelta(0) <= end - start <= timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError("截止日应不早于起始日，且一次最多导出一年")
        return cleaned


class WitnessForm(forms.Form):
    """A witness's name and public key."""

    name = forms.CharField(label="见证方名称", max_length=100, error_messages={"required": "请填写见证方名称"})
    verifier = forms.CharField(label="公钥", max_length=300, error_messages={"required": "请粘贴见证方的公钥"})


class ArchiveForm(forms.Form):
    """Which family to archive."""

    family = forms.RegexField(regex=r"^[a-z][a-z-]*$", max_length=60)
