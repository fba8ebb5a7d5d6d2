"""Forms of those who began a process or read along."""

from django import forms

from yihu.hub.centres.workflow.forms.acts import person_field
from yihu.hub.screens.forms import ScreenForm, SureField


def note_field(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=help_text
    )


class WithdrawForm(ScreenForm):
    """Taking the whole back."""

    opinion = note_field("原因", "会留在办理记录里")
    sure = SureField(label="我已知悉：撤回后不能恢复")


class UrgeForm(ScreenForm):
    """Reminding."""

    opinion = note_field("留言", "可不填，默认“请尽快办理”")


class CopyForm(ScreenForm):
    """Sending copies."""

    person_1 = person_field("抄送给")
    person_2 = person_field("抄送给（二）")
    person_3 = person_field("抄送给（三）")
    opinion = note_field("说明")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_1"].required = True
