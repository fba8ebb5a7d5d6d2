"""Forms of the designers."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from yihu.hub.centres.matters.catalogue.families import families
from yihu.hub.screens.forms import ScreenForm

CODE = RegexValidator(r"^[a-z][a-z0-9-]{1,39}$", "只用小写字母、数字和连字符，以字母开头，至少两个字符")
PREFIX = RegexValidator(r"^[A-Z]{2,6}$", "两到六个大写字母")
PLAIN_NAME = RegexValidator(r"^[^<>{}\\\"'&\n\r]+$", "名称里不要用引号、尖括号和花括号")
LETTER = (
    "# {title}\n\n> {{{{ letter.number }}}}\n\n{{{{ applicant.name }}}}：\n\n请写正文。\n\n"
    "> {{{{ case.office }}}}\n> {{{{ letter.day | long_day }}}}\n"
)
PLAY = (
    "name: 请写这个用例演的是什么\nat: 2026-03-02T09:00:00\ncast:\n  申请人甲: {duty: OFFICER, office: east}\n"
    "applicant: 申请人甲\nform: {}\nrefused: MAT-F01\n"
)
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions" name="{code}" namespace="https://yihu.dev/matters">
  <decision id="{code}" name="{code}">
    <decisionTable id="{code}_table" hitPolicy="FIRST">
      <input id="input_1" label="输入"><inputExpression id="expression_1" typeRef="string"><text>form.field</text></inputExpression></input>
      <output id="output_1" label="输出" name="result" typeRef="string" />
      <rule id="rule_1"><inputEntry id="entry_1"><text>-</text></inputEntry><outputEntry id="entry_2"><text>"A"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""  # noqa: E501 (the lines of a file)


class NewMatterForm(ScreenForm):
    """A matter that is not there yet."""

    name = forms.CharField(label="名称", max_length=60, validators=[PLAIN_NAME])
    family = forms.ChoiceField(label="分类")
    code = forms.CharField(
        label="代码", max_length=40, validators=[CODE], help_text="小写字母、数字和连字符，如 business-trip；以后不能改"
    )
    prefix = forms.CharField(
        label="编号字头", max_length=6, validators=[PREFIX], help_text="办件编号的开头，如 CC2026-00001 的 CC"
    )
    reason = forms.CharField(label="为什么新建", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["family"].choices = [(one.code, one.name) for one in families().values()]


class ReasonForm(ScreenForm):
    """Why a matter is changed."""

    reason = forms.CharField(
        label="修改原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="审核人和以后查历史的人会看到",
    )


class AddFileForm(ScreenForm):
    """A new file of one of three kinds; the cleaned data are its name in the bundle and what it begins with."""

    kind = forms.ChoiceField(label="种类", choices=[("letters", "文书"), ("cases", "用例"), ("table", "决策表")])
    code = forms.CharField(label="代码", max_length=40, validators=[CODE], help_text="就是文件名，如 permit")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        kind, code = found.get("kind"), found.get("code")
        if not (kind and code):
            return found
        name = {"letters": f"letters/{code}.txt", "cases": f"cases/{code}.yaml", "table": f"{code}.dmn"}[kind]
        text = {"letters": LETTER.format(title=code), "cases": PLAY, "table": TABLE.format(code=code.replace("-", "_"))}
        return {"name": name, "text": text[kind]}
