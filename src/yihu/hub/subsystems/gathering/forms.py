"""The form that starts gathering."""

from django import forms


class GatherForm(forms.Form):
    """An entry of the inbox, and a mapping unless the entry is in the canonical layout."""

    source = forms.CharField(max_length=300, error_messages={"required": "请选择要采集的目录或文件"})
    mapping = forms.CharField(max_length=300, required=False)
