"""The form by which a label is given."""

from django import forms

from yihu.hub.base.access import Label
from yihu.hub.screens.forms import ScreenForm


class LabelForm(ScreenForm):
    """The new label, and why."""

    label = forms.TypedChoiceField(label="数据标签", choices=Label.choices, coerce=lambda value: Label(int(value)))
    reason = forms.CharField(
        label="理由",
        min_length=4,
        max_length=300,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="记入访问记录，例如：上市公司并购重组期间，依批示调整",
        error_messages={"min_length": "理由至少写 4 个字"},
    )
