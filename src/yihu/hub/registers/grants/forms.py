"""The form by which a change is said to stand in the system of record."""

from django import forms

from yihu.hub.screens.forms import ScreenForm


class EnterForm(ScreenForm):
    """The receipt of the system of record."""

    receipt = forms.CharField(
        label="登记系统回执号", min_length=4, max_length=60, strip=True,
        help_text="在核心征管系统完成变更后取得的受理号或流水号",
    )  # fmt: skip
