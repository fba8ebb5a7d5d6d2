"""People, appointments, delegations, leave, leaving."""

from typing import Any

from django import forms

from yihu.hub.foundation.administration.forms.fields import (
    FromDayForm,
    SpanForm,
    colleague_field,
    note_field,
    office_field,
    person_field,
    post_field,
)
from yihu.hub.foundation.org.models import Appointment
from yihu.hub.screens.forms import ScreenForm, SureField


class NewPersonForm(ScreenForm):
    """A person who shall sign in."""

    username = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{2,49}$",
        label="账号",
        help_text="3 到 50 位字母、数字、“.”“-”“_”，如工号；不分大小写，启用后不再改动",
        error_messages={"invalid": "账号应为 3 到 50 位字母、数字、“.”“-”“_”"},
    )
    display_name = forms.CharField(label="姓名", max_length=60)
    office = office_field("所在机关", help_text="主岗确认后随主岗所在机关")


class RenamePersonForm(ScreenForm):
    """Another name for the same person."""

    display_name = forms.CharField(label="新姓名", max_length=60)


class AppointForm(SpanForm):
    """A post for a person."""

    post = post_field("岗位", help_text="输入岗位代码、名称或机关名称，从提示中选择；替岗请到岗位页办理")
    is_primary = forms.BooleanField(label="作为主岗（决定本人的所在机关；原主岗转为兼岗）", required=False)


class AppointToForm(SpanForm):
    """A person for a post, in their own right or as somebody's deputy."""

    user = person_field("人员", help_text="输入姓名或账号，从提示中选择")
    is_primary = forms.BooleanField(label="作为主岗（决定本人的所在机关；原主岗转为兼岗）", required=False)
    deputy_for = forms.ModelChoiceField(
        Appointment.objects.none(),
        label="替岗对象",
        required=False,
        empty_label="不是替岗",
        help_text="选了人，则只在此人休假或不再任此岗时才起作用",
    )

    def __init__(self, *args: Any, holders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy_for"].queryset = holders
        self.fields["deputy_for"].label_from_instance = lambda a: a.user.display_name


class EndAppointmentForm(FromDayForm):
    """An appointment ends."""

    reason = note_field("原因", help_text="调动、免职、任务结束等")
    sure = SureField(label="我已看清办理后果")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].label = "自哪天起不再任职"
        self.fields["effective_on"].help_text = "填今天即刻生效"


class DelegateForm(SpanForm):
    """Own permissions lent."""

    receiver = colleague_field("受托人", help_text="输入姓名或账号；默认列出同机关的人")
    permissions = forms.MultipleChoiceField(
        label="委托哪些权限", required=False, widget=forms.CheckboxSelectMultiple, help_text="一个都不选，即委托全部"
    )
    takes_present_tasks = forms.BooleanField(label="把手头在办事项一并移交受托人", required=False)
    reason = note_field("原因", help_text="如 出差、集中培训；受托人和安全管理员能看到")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = choices
        self.fields["last_day"].required = True
        self.fields["last_day"].help_text = "委托必须有期限，到期自动收回"


class LeaveForm(SpanForm):
    """Days away, with or without somebody in one's place."""

    substitute = colleague_field("代办人", required=False, help_text="不指定，则休假期间无人代办您的事项")
    takes_present_tasks = forms.BooleanField(label="把手头在办事项一并移交代办人", required=False)
    reason = note_field("事由", required=False, help_text="如 年休假")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].required = True
        self.fields["last_day"].help_text = "最后一个休假日"


class DepartForm(FromDayForm):
    """Somebody leaves for good."""

    reason = note_field("原因", help_text="退休、调离、辞职等")
    sure = SureField(label="我已看清：任职、委托、网格和登录到日全部终止")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].label = "离岗日"
        self.fields["effective_on"].help_text = "这一天起不再有任何权限，也不能登录"


class RefuseForm(ScreenForm):
    """Why an appointment is sent back."""

    reason = note_field("退回原因", help_text="系统管理员会看到，请写明怎样改")
