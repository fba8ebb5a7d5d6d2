"""What a matter is called, who acts in it and by when, as forms that read and write parts of `matter.yaml`."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms

from yihu.hub.centres.matters.forms.designing import PREFIX
from yihu.hub.centres.matters.selectors.designing.choices import (
    fields_of_draft,
    lanes_of,
    moments_of,
    nodes_of,
    strategy_told,
)
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.screens.forms import DayField, ScreenForm

LABELS = (("PUBLIC", "公开"), ("INTERNAL", "内部"), ("SENSITIVE", "敏感"), ("IMPORTANT", "重要"))
BUSINESS = ("OFFICER", "SECTION_CHIEF", "DIRECTOR")
PLACES = (("applicant", "申请人所在机关"), ("subject", "主管机关"), ("superior", "上级机关"))
WHO = (
    ("initiator", "申请人本人"),
    ("duty", "某机关的某岗责"),
    ("head_of", "申请人的逐级负责人"),
    ("field", "表单里选的人"),
)
Manifest = Mapping[str, Any]
Sections = dict[str, Any]


class SectionForm(ScreenForm):
    """A form over `manifest`; `sections` gives what to write, by top-level key."""

    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __init__(self, *args: Any, manifest: Manifest, files: Mapping[str, str], **kwargs: Any) -> None:
        self.manifest, self.files = manifest, files
        # What is chosen from hangs on the draft; the class's own fields are everybody's.
        self.base_fields = deepcopy(self.base_fields)
        super().__init__(*args, initial=self.read(manifest), **kwargs)

    def read(self, manifest: Manifest) -> dict[str, Any]:
        raise NotImplementedError

    def sections(self) -> Sections:
        raise NotImplementedError


class BasicForm(SectionForm):
    """名称、简介、施行."""

    name = forms.CharField(label="名称", max_length=60)
    edition = forms.CharField(label="版次", max_length=20, help_text="每次修改都要提高，如 1.0 改为 1.1")
    summary = forms.CharField(label="简介", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    help = forms.CharField(label="办理须知", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = DayField(label="施行日期", help_text="从这天起的新申请用这个版本；早于今天即发布后立刻使用")
    valid_to = DayField(label="停用日期", required=False, help_text="不再受理的第一天；留空表示长期")
    by = forms.ChoiceField(label="谁来申请", choices=[("officer", "工作人员为自己"), ("counter", "窗口为纳税人")])
    label = forms.ChoiceField(label="数据标签", choices=LABELS)
    low_risk = forms.BooleanField(label="低风险：允许批量办理和短信办理", required=False)
    groups = (
        ("事项", ("name", "edition", "summary", "help")),
        ("受理", ("valid_from", "valid_to", "by", "label", "low_risk")),
    )

    def read(self, manifest: Manifest) -> dict[str, Any]:
        applies = manifest.get("apply")
        by = applies.get("by") if isinstance(applies, Mapping) else None
        return {"label": "INTERNAL", **{k: manifest.get(k) for k in self.base_fields if k in manifest}, "by": by}

    def sections(self) -> Sections:
        data = self.cleaned_data
        applies = self.manifest.get("apply")
        kept = dict(applies) if isinstance(applies, Mapping) else {}
        return {
            **{key: data[key] for key in ("name", "edition", "summary", "valid_from", "label")},
            "help": data["help"] or None, "valid_to": data["valid_to"], "low_risk": data["low_risk"] or None,
            "apply": {**kept, "by": data["by"]},
        }  # fmt: skip


class NamingForm(SectionForm):
    """编号、标题与列表."""

    prefix = forms.CharField(
        label="编号字头", max_length=6, validators=[PREFIX], help_text="如 QJ，编号为 QJ2026-00001"
    )
    digits = forms.IntegerField(label="序号位数", min_value=4, max_value=8)
    title = forms.CharField(
        label="办件标题", max_length=300, help_text="可以填空，如 {{ applicant.name }}：{{ form.kind }}"
    )
    list_fields = forms.MultipleChoiceField(
        label="办件列表显示的字段（最多四个）", required=False, widget=forms.CheckboxSelectMultiple
    )

    def read(self, manifest: Manifest) -> dict[str, Any]:
        self.base_fields["list_fields"].choices = [
            (f.name, f.title) for f in fields_of_draft(self.files) if len(f.path) == 1
        ]
        number = manifest.get("number")
        number = number if isinstance(number, Mapping) else {}
        return {
            "prefix": number.get("prefix"), "digits": number.get("digits", 5), "title": manifest.get("title"),
            "list_fields": manifest.get("list_fields", []),
        }  # fmt: skip

    def clean_list_fields(self) -> list[str]:
        chosen = self.cleaned_data["list_fields"]
        if len(chosen) > 4:
            raise forms.ValidationError("最多选四个")
        return chosen

    def sections(self) -> Sections:
        data = self.cleaned_data
        digits = {"digits": data["digits"]} if data["digits"] != 5 else {}
        return {
            "number": {"prefix": data["prefix"], **digits}, "title": data["title"], "list_fields": data["list_fields"],
        }  # fmt: skip


class LimitForm(SectionForm):
    """办理时限."""

    length = forms.IntegerField(label="时长", min_value=1, max_value=730)
    unit = forms.ChoiceField(label="单位", choices=[("working_days", "工作日"), ("calendar_days", "自然日")])
    start = forms.ChoiceField(label="从什么时候起算", help_text="提交，或某个环节办完（如受理）")
    pauses = forms.MultipleChoiceField(
        label="在哪些环节停止计时", required=False, widget=forms.CheckboxSelectMultiple, help_text="如退回申请人补正时"
    )

    def read(self, manifest: Manifest) -> dict[str, Any]:
        nodes = nodes_of(self.files)
        self.base_fields["start"].choices = [("submit", "提交"), *moments_of(self.files)]
        self.base_fields["pauses"].choices = nodes
        limit = manifest.get("time_limit")
        limit = limit if isinstance(limit, Mapping) else {}
        paused = limit.get("pause_at")
        self.paused = dict(paused) if isinstance(paused, Mapping) else {}
        return {
            "length": limit.get("length"), "unit": limit.get("unit", "working_days"),
            "start": limit.get("start", "submit"), "pauses": list(self.paused),
        }  # fmt: skip

    def sections(self) -> Sections:
        data, names = self.cleaned_data, dict(nodes_of(self.files))
        pauses = {node: self.paused.get(node, f"等待{names.get(node, node)}")[:60] for node in data["pauses"]}
        limit = {key: data[key] for key in ("length", "unit", "start")}
        return {"time_limit": {**limit, **({"pause_at": pauses} if pauses else {})}}


class RolesForm(SectionForm):
    """谁来办理: one group a lane. What the form has no words for is kept and can be replaced."""

    def __init__(self, *args: Any, manifest: Manifest, files: Mapping[str, str], **kwargs: Any) -> None:
        roles = manifest.get("roles")
        self.roles: dict[str, Any] = dict(roles) if isinstance(roles, Mapping) else {}
        self.lanes = lanes_of(files) or list(self.roles)
        people = [(f"form.{f.dotted}", f.title) for f in fields_of_draft(files) if f.kind == "person"]
        self.base_fields = {}
        for at, lane in enumerate(self.lanes):
            self.base_fields |= _role_fields(at, self.roles.get(lane), people)
        super().__init__(*args, manifest=manifest, files=files, **kwargs)

    @property
    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:  # type: ignore[override]
        parts = ("who", "duty", "office", "levels", "field")
        return tuple((f"泳道“{lane}”", tuple(f"l{at}_{part}" for part in parts)) for at, lane in enumerate(self.lanes))

    def read(self, manifest: Manifest) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for at, lane in enumerate(self.lanes):
            strategy = self.roles.get(lane)
            found[f"l{at}_who"] = _who(strategy)
            if isinstance(strategy, Mapping):
                found |= {f"l{at}_duty": strategy.get("duty"), f"l{at}_office": strategy.get("office", "subject")}
                found |= {f"l{at}_levels": strategy.get("head_of"), f"l{at}_field": strategy.get("field")}
        return found

    def sections(self) -> Sections:
        data = self.cleaned_data
        return {"roles": {lane: self._strategy(data, at, lane) for at, lane in enumerate(self.lanes)}}

    def _strategy(self, data: Mapping[str, Any], at: int, lane: str) -> Any:
        who = data[f"l{at}_who"]
        return {
            "initiator": {"initiator": True},
            "duty": {"duty": data[f"l{at}_duty"], "office": data[f"l{at}_office"]},
            "head_of": {"head_of": data[f"l{at}_levels"] or 1},
            "field": {"field": data[f"l{at}_field"]},
        }.get(who, self.roles.get(lane))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for at in range(len(self.lanes)):
            needed = {"duty": "duty", "field": "field"}.get(data.get(f"l{at}_who", ""))
            if needed and not data.get(f"l{at}_{needed}"):
                self.add_error(f"l{at}_{needed}", "请选择")
        return data


def _who(strategy: Any) -> str:
    for key, _ in WHO:
        if isinstance(strategy, Mapping) and key in strategy:
            return key
    return "kept" if strategy else "duty"


def _role_fields(at: int, strategy: Any, people: list[tuple[str, str]]) -> dict[str, forms.Field]:
    who = list(WHO)
    if strategy and _who(strategy) == "kept":
        told = json.dumps(strategy, ensure_ascii=False) if isinstance(strategy, dict) else str(strategy)
        who.append(("kept", f"保持原样：{strategy_told(strategy)}（{told[:60]}）"))
    duties = [(value, label) for value, label in StandardDuty.choices if value in BUSINESS]
    return {
        f"l{at}_who": forms.ChoiceField(label="由谁办理", choices=who),
        f"l{at}_duty": forms.ChoiceField(label="岗责", required=False, choices=[("", "不适用"), *duties]),
        f"l{at}_office": forms.ChoiceField(label="哪个机关的", required=False, choices=PLACES),
        f"l{at}_levels": forms.IntegerField(label="几级负责人", required=False, min_value=1, max_value=5),
        f"l{at}_field": forms.ChoiceField(label="表单字段", required=False, choices=[("", "不适用"), *people]),
    }


SECTIONS = {
    "basic": ("基本情况", "名称、简介、何时施行、谁来申请", BasicForm),
    "roles": ("办理角色", "每条泳道由谁办理", RolesForm),
    "limit": ("办理时限", "多久办完，什么时候停止计时", LimitForm),
    "naming": ("编号与标题", "办件的编号、标题和列表", NamingForm),
}
