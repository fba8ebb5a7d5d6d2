"""Forms of publications."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from yihu.hub.foundation.org.api import User
from yihu.hub.screens.forms import DayField, ScreenForm, SureField
from yihu.hub.subsystems.publications.models import Issue, Law
from yihu.hub.subsystems.publications.selectors.journal import list_unplaced

AREA = {"rows": 3}


class WithdrawForm(ScreenForm):
    """Why a text comes down."""

    reason = forms.CharField(
        label="撤下原因",
        min_length=4,
        max_length=300,
        widget=forms.Textarea(attrs=AREA),
        help_text="读者在原处看到这段话",
    )
    sure = SureField(label="我知道撤下后不能恢复，须重新起草发布")


class WordForm(ScreenForm):
    """A reader's word."""

    is_helpful = forms.TypedChoiceField(choices=(("1", "有帮助"), ("0", "没有帮助")), coerce=lambda value: value == "1")
    words = forms.CharField(max_length=500, required=False)


class SettleForm(ScreenForm):
    """What became of a reader's word."""

    answer = forms.CharField(
        label="处理结果", min_length=2, max_length=300, widget=forms.Textarea(attrs=AREA),
        help_text="例如：已于某日修订第二段；或说明为何不改",
    )  # fmt: skip


class ReviewForm(ScreenForm):
    """It still holds; until when."""

    until = DayField(label="下次复核日", help_text="明天至两年之内")
    sure = SureField(label="我已核对正文与所引条款，确认继续有效")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"until": timezone.localdate() + timedelta(days=365)}, **kwargs)


class LawForm(ScreenForm):
    """What is known of a document."""

    document_number = forms.CharField(label="文号", max_length=80, required=False)
    valid_from = DayField(label="施行日", required=False)
    valid_to = DayField(label="失效日", required=False, help_text="自这一天起不再有效；所有引用它的现行文本进入待复核")
    url = forms.URLField(label="原文网址", max_length=300, required=False, assume_scheme="https")

    def __init__(self, *args: Any, law: Law, **kwargs: Any) -> None:
        initial = {name: getattr(law, name) for name in ("document_number", "valid_from", "valid_to", "url")}
        super().__init__(*args, initial=initial, **kwargs)


class IssueForm(ScreenForm):
    """A new issue."""

    year = forms.IntegerField(label="年", min_value=2000, max_value=2100)
    issue_number = forms.IntegerField(label="期", min_value=1, max_value=99)
    theme = forms.CharField(label="本期主题", max_length=60, required=False)
    foreword = forms.CharField(
        label="卷首语", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        year = timezone.localdate().year
        last = Issue.objects.filter(year=year).order_by("-issue_number").first()
        initial = {"year": year, "issue_number": last.issue_number + 1 if last else 1}
        super().__init__(*args, initial=initial, **kwargs)


class PlaceForm(ScreenForm):
    """Which accepted paper comes next."""

    publication = forms.ModelChoiceField(label="稿件", queryset=None, empty_label=None)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["publication"].queryset = list_unplaced(actor)
        self.fields["publication"].label_from_instance = lambda row: f"{row.title}（{row.code}）"
