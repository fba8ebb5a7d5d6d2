"""Chinese names of what stands in `form.json` and `matter.yaml`, for those who compare."""

from typing import Any

# Said of a field, in the order in which it is told.
FIELD_SAID = {
    "title": "标题", "kind": "种类", "required": "必填", "description": "提示", "when": "显示条件", "oneOf": "选项",
    "x-codes": "代码表", "minLength": "最少字数", "maxLength": "最多字数", "pattern": "式样", "minimum": "最小值",
    "maximum": "最大值", "exclusiveMinimum": "大于", "exclusiveMaximum": "小于", "multipleOf": "步长",
    "minItems": "最少行数", "maxItems": "最多行数", "default": "默认值", "readOnly": "只读", "x-unit": "单位",
    "x-prefill": "预填", "x-compute": "自动计算", "x-edit": "可填写的环节", "x-see": "可看见的环节",
    "x-label": "数据标签",
    "x-personal": "个人信息种类", "x-widget": "控件",
}  # fmt: skip
PLACES = {
    "format": "格式", "code": "代码", "family": "分类", "name": "名称", "edition": "版次", "summary": "简介",
    "help": "办理须知",
    "valid_from": "启用日期", "valid_to": "停用日期", "basis": "依据", "document": "文件", "number": "编号",
    "article": "条款", "url": "网址", "apply": "谁可以申请", "by": "申请方式", "permission": "所需权限",
    "label": "数据标签",
    "roles": "办理角色", "duty": "岗责", "office": "机关", "initiator": "申请人本人", "head_of": "逐级负责人",
    "field": "字段",
    "people": "指定人员", "time_limit": "办理时限", "length": "时长", "unit": "单位", "start": "起算",
    "pause_at": "暂停",
    "materials": "材料", "required": "必需", "when": "何时必需", "types": "文件格式", "max_megabytes": "最大（MB）",
    "max_count": "最多份数", "prefix": "编号字头", "digits": "序号位数", "title": "标题",
    "list_fields": "列表显示的字段",
    "low_risk": "低风险", "checks": "校验", "require": "要求", "message": "提示", "outcomes": "结果", "kind": "性质",
    "letters": "文书", "at": "何时", "notices": "消息", "to": "发给", "text": "内容",
}  # fmt: skip
# What a field may be filled in with beforehand, and what a letter may name.
PREFILL_WORDS = {
    "applicant.name": "申请人姓名", "applicant.username": "申请人账号", "applicant.post": "申请人岗位",
    "applicant.office": "申请人所在机关", "applicant.office_code": "申请人机关代码", "today": "当天日期",
    "taxpayer.name": "纳税人名称", "taxpayer.number": "纳税人识别号", "taxpayer.office": "主管机关",
    "taxpayer.status": "纳税人状态",
}  # fmt: skip
PLACE_WORDS = {
    "case.number": "办件编号", "case.title": "办件标题", "case.matter": "事项名称", "case.submitted_at": "提交时间",
    "case.due_at": "期限", "case.outcome": "结果", "case.office": "受理机关", "applicant.name": "申请人姓名",
    "applicant.post": "申请人岗位", "applicant.office": "申请人所在机关", "taxpayer.name": "纳税人名称",
    "taxpayer.number": "纳税人识别号", "taxpayer.office": "主管机关", "letter.number": "文书号",
    "letter.day": "出具日期",
    "opinion.text": "最后一条意见", "opinion.name": "最后办理人",
}  # fmt: skip


def value_told(value: Any) -> str:
    """A value as one line."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(value_told(one) for one in value)
    if isinstance(value, dict):
        return "；".join(f"{key}：{value_told(inner)}" for key, inner in value.items())
    return str(value)
