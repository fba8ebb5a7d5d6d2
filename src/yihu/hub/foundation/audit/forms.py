"""The filter of the access record."""

from django import forms

from yihu.hub.foundation.audit.choices import ACTS
from yihu.hub.foundation.audit.selectors.records import RecordFilter


class RecordFilterForm(forms.Form):
    """Everything may be left empty."""

    actor = forms.CharField(label="人员", required=False, max_length=60)
    thing = forms.CharField(label="对象", required=False, max_length=100)
    act = forms.ChoiceField(label="动作", required=False, choices=[("", "全部动作"), *ACTS.items()])
    start = forms.DateField(label="起", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label="止", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def wanted(self) -> RecordFilter:
        """What the valid fields ask for; an invalid field asks for nothing."""
        self.is_valid()
        return RecordFilter(**{k: v for k, v in self.cleaned_data.items() if v})
