"""Days from and to."""

from django import forms

from yihu.hub.screens.forms import DayInput


class DaysForm(forms.Form):
    """Both days are included; nonsense counts as nothing."""

    first = forms.DateField(label="提交日起", required=False, widget=DayInput(attrs={"class": "form-control"}))
    last = forms.DateField(label="止", required=False, widget=DayInput(attrs={"class": "form-control"}))
