"""Forms of the model centre."""

from django import forms

from yihu.hub.screens.forms import ScreenForm, SureField


class TrainForm(ScreenForm):
    """Asking for a training."""

    reason = forms.CharField(
        label="缘由", max_length=500, min_length=4, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="为什么现在训练；审核人会看到", error_messages={"min_length": "缘由至少写 4 个字"},
    )  # fmt: skip
    capacity = forms.IntegerField(
        label="每期可查户数", min_value=1, max_value=100_000, initial=100,
        help_text="一份清单能查多少户：按它定预警阈值，并衡量查得准不准",
    )  # fmt: skip
    quarters = forms.IntegerField(
        label="补建几个季度末的历史快照", min_value=0, max_value=12, initial=0, required=False,
        help_text="模型从历史快照和其后的检查结果学习；已有的不重建，填 0 只用已有的",
    )  # fmt: skip

    def clean_quarters(self) -> int:
        return self.cleaned_data.get("quarters") or 0


class NoteForm(forms.Form):
    """A word with a step."""

    note = forms.CharField(required=False, max_length=500)


class RollBackForm(ScreenForm):
    """Going back to the model before."""

    reason = forms.CharField(
        label="原因", max_length=500, min_length=4, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": "原因至少写 4 个字"},
    )  # fmt: skip
    sure = SureField(label="已知悉：从下一次构建起换回原来的排序")
