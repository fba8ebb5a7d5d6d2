"""Forms of managers."""

from django import forms

from yihu.hub.centres.workflow.forms.acts import person_field
from yihu.hub.screens.forms import ScreenForm, SureField


def reason_field(help_text: str = "会留在办理记录和操作日志里") -> forms.CharField:
    return forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text)


class ReasonForm(ScreenForm):
    """Suspending and resuming."""

    reason = reason_field()


class TerminateForm(ReasonForm):
    """Ending for good."""

    sure = SureField(label="我已知悉：终止后不能恢复")


class ReassignForm(ScreenForm):
    """Another person for a place."""

    receiver = person_field("改派给")
    reason = reason_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].required = True


class MigrateForm(ScreenForm):
    """The instances of the plan that move; those that cannot are not asked."""

    sure = SureField(label="我已看清不能迁移的实例及原因；能迁移的逐件迁移到新版本")
