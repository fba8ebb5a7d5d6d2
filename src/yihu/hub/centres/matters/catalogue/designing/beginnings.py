"""What a new matter begins with: one form, one approval, two endings, three cases that pass."""

from yihu.hub.centres.matters.catalogue.files import Files
from yihu.hub.centres.matters.catalogue.layout import with_picture

MANIFEST = """format: 1
code: {code}
family: {family}
name: {name}
edition: "1.0"
summary: 请写明这个事项办什么、谁来批、办完怎样。
valid_from: {day}

basis:
  - document: 请写明依据的文件名称

apply: {{by: officer}}

roles:
  申请人: {{initiator: true}}
  部门负责人: {{duty: SECTION_CHIEF, office: applicant}}

time_limit:
  length: 5
  unit: working_days
  start: submit
  pause_at: {{Apply: 退回申请人补正}}

number: {{prefix: {prefix}}}
title: "{{{{ applicant.name }}}}：{{{{ case.matter }}}}"
list_fields: [reason]

outcomes:
  Granted: {{name: 同意, kind: granted}}
  REFUSED: {{name: 不同意, kind: refused}}
  WITHDRAWN: {{name: 申请人撤回, kind: ended}}
  TERMINATED: {{name: 终止办理, kind: ended}}
"""
FORM = """{{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "{name}",
  "type": "object",
  "x-groups": [
    {{"title": "申请内容", "fields": ["reason"]}}
  ],
  "properties": {{
    "reason": {{"type": "string", "title": "事由", "maxLength": 300, "x-widget": "textarea"}}
  }},
  "required": ["reason"],
  "unevaluatedProperties": false
}}
"""
PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yihu="https://yihu.dev/bpmn/1" \
id="definitions" targetNamespace="https://yihu.dev/matters">
  <bpmn:collaboration id="Together"><bpmn:participant id="Pool" name="{name}" processRef="Main" /></bpmn:collaboration>
  <bpmn:process id="Main" name="{name}" isExecutable="true">
    <bpmn:laneSet id="Lanes">
      <bpmn:lane id="LaneApplicant" name="申请人"><bpmn:flowNodeRef>Apply</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="LaneHead" name="部门负责人"><bpmn:flowNodeRef>HeadApproval</bpmn:flowNodeRef>\
<bpmn:flowNodeRef>Granted</bpmn:flowNodeRef></bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="Apply" name="填报申请" />
    <bpmn:userTask id="HeadApproval" name="部门负责人审批" />
    <bpmn:endEvent id="Granted" name="同意" />
    <bpmn:sequenceFlow id="FlowApplied" sourceRef="Apply" targetRef="HeadApproval" />
    <bpmn:sequenceFlow id="FlowGranted" sourceRef="HeadApproval" targetRef="Granted" />
  </bpmn:process>
</bpmn:definitions>
"""
CAST = """at: {day}T09:00:00
cast:
  申请人甲: {{duty: OFFICER, office: east}}
  负责人乙: {{duty: SECTION_CHIEF, office: east}}
applicant: 申请人甲
"""
GRANTED = """name: 部门负责人同意
{cast}form: {{reason: 工作需要}}
open: [HeadApproval]
acts:
  - {{by: 负责人乙, node: HeadApproval, verb: agree, opinion: 同意, open: []}}
outcome: Granted
"""
REFUSED = """name: 部门负责人不同意
{cast}form: {{reason: 工作需要}}
open: [HeadApproval]
acts:
  - {{by: 负责人乙, node: HeadApproval, verb: refuse, opinion: 理由不足, open: []}}
outcome: REFUSED
"""
EMPTY = """name: 没有写事由，不能提交
{cast}form: {{}}
refused: MAT-F01
"""


def begin_bundle(*, family: str, code: str, name: str, prefix: str, day: str) -> Files:
    """
    The files of a new matter.

    :param prefix: two to six capitals, before the numbers of its cases
    :param day: the first day on which it can be applied for, as 2026-01-31
    """
    cast = CAST.format(day=day)
    drawn = with_picture(PROCESS.format(name=_in_xml(name)))
    return {
        "matter.yaml": MANIFEST.format(family=family, code=code, name=_in_yaml(name), prefix=prefix, day=day),
        "form.json": FORM.format(name=name.replace("\\", "").replace('"', "")),
        "process.bpmn": drawn,
        "cases/granted.yaml": GRANTED.format(cast=cast),
        "cases/refused.yaml": REFUSED.format(cast=cast),
        "cases/without-reason.yaml": EMPTY.format(cast=cast),
    }


def _in_xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _in_yaml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
