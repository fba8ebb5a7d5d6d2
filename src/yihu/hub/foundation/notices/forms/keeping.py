"""Forms of the keeper: a template's words, and an SMS in a phone's name."""

from typing import Any

from django import forms

from yihu.hub.foundation.notices.catalogue import BODY_LENGTH, SMS_LENGTH, TITLE_LENGTH, Template
from yihu.hub.foundation.notices.choices import OUTWARD, Channel
from yihu.hub.screens.forms import ScreenForm


class WordingForm(ScreenForm):
    """What a template says. Placeholders are listed beside the form."""

    title = forms.CharField(label="标题", max_length=TITLE_LENGTH)
    body = forms.CharField(label="正文", max_length=BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 6}))
    sms = forms.CharField(
        label="短信", max_length=SMS_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不填则这类消息不发短信",
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label="站内之外，默认还发",
        choices=[(c.value, c.label) for c in OUTWARD],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="收件人自己的选择优先",
    )
    reason = forms.CharField(label="修改原因", max_length=300, help_text="会留在记录里")

    def __init__(self, *args: Any, template: Template, **options: Any) -> None:
        initial = {
            "title": template.title, "body": template.body, "sms": template.sms, "channels": list(template.channels),
        }  # fmt: skip
        super().__init__(*args, initial=initial, **options)

    def clean_channels(self) -> list[Channel]:
        return [Channel(c) for c in self.cleaned_data["channels"]]


class ReplyForm(ScreenForm):
    """An SMS as if it came from the phone."""

    text = forms.CharField(label="回复内容", max_length=200, help_text="如 Y 7K3Q9A")
