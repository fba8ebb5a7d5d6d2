"""Names of what the log tells, for the people who read it, and how long each kind of record is kept."""

from django.db.models import TextChoices

ACTS = {
    "view": "查看",
    "ask": "询问查看事由：",
    "state-purpose": "说明查看事由：",
    "list": "浏览",
    "search": "搜索",
    "export": "导出",
    "trace": "追踪",
    "print": "打印",
    "merge": "归并",
    "unmerge": "撤销归并",
    "judge": "认定",
    "retract": "撤回认定",
    "start": "启动",
    "build": "启动构建",
    "gather": "启动采集",
    "resubmit": "重报退回行",
    "mark": "标记",
    "step": "记录步骤：",
    "clear": "清空",
    "report": "生成报告：",
    "finish": "采集构建结束",
    "upload": "上传",
    "save": "保存",
    "delete": "删除",
    "create": "新建",
    "change": "修改",
    "rename": "更名",
    "open": "设立",
    "close": "撤销",
    "make": "办理",
    "confirm": "确认",
    "send-back": "退回",
    "revoke": "撤回",
    "take": "登记",
    "cancel": "取消",
    "cancel-change": "取消变更：",
    "give-duty": "授予岗责：",
    "withdraw-duty": "收回岗责：",
    "move": "调整隶属：",
    "merge-into": "并入：",
    "label": "标注",
    "unmask": "查看全号：",
    "submit": "提交",
    "verify": "核验",
    "archive": "归档",
    "rotate-key": "轮换密钥",
    "add-witness": "登记见证方",
    "remove-witness": "停用见证方",
    "sign-in": "登录",
    "sign-in-failed": "登录失败",
    "sign-in-locked": "登录被锁",
    "sign-out": "退出",
    "unlock": "解除登录暂停",
    "end-session": "结束会话",
    "enrol-factor": "登记第二重验证",
    "remove-factor": "移除第二重验证",
    "reset-factors": "重设第二重验证",
    "factor-failed": "第二重验证失败",
    "renew-codes": "重新生成恢复码",
    "register": "登记",
    "rotate": "更换密钥：",
    "disable": "停用",
    "enable": "启用",
    "grant": "登录到",
    "change-password": "修改密码",
    "refuse": "越权访问被拒：",
    "add-permission": "增加权限：",
    "withdraw-permission": "收回权限：",
    "end": "终止",
    "begin": "开始填写",
    "conclude": "办结",
    "issue-letter": "出具文书：",
    "read-letter": "查看文书：",
    "play": "试办用例：",
    "add": "上传",
    "remove": "移除",
    "download": "下载",
    "leave": "办理离岗",
    "shut": "停用账号",
    "issue-code": "发放激活码",
    "activate": "启用账号",
    "add-member": "增加人员：",
    "end-member": "退出人员：",
    "list-taxpayers": "点名列户：",
    "unlist-taxpayer": "取消列户：",
    "import": "导入",
    "act-as": "换岗办事：",
    "draft": "起草",
    "publish": "发布",
    "discard": "删除草稿",
    "entry-save": "改动代码：",
    "entry-remove": "删除代码：",
    "map": "提出对照：",
    "map-confirm": "确认对照：",
    "map-reject": "不采纳对照：",
    "agree": "同意",
    "disagree": "不同意",
    "transfer": "转办",
    "reassign": "改派",
    "entrust": "委派",
    "add-sign": "加签",
    "remove-sign": "减签",
    "copy-to": "抄送",
    "urge": "催办",
    "terminate": "终止",
    "suspend": "挂起",
    "resume": "恢复",
    "try-again": "重试",
    "migrate": "换版：",
    "close-case": "办结",
    "decide": "批量或短信办理",
    "hand-over": "移交",
    "supervise": "督办",
    "answer": "答复督办：",
    "lift": "解除督办：",
    "enter": "写入登记系统：",
    "withdraw": "撤下",
    "rate": "评价",
    "place": "编入稿件：",
    "take-out": "移出稿件：",
    "enable-sms": "开通短信审批",
    "disable-sms": "关闭短信审批",
    "retire": "停用",
    "shadow": "开始影子运行：",
    "end-shadow": "结束影子运行：",
    "back-test": "回测",
    "propose": "提出",
    "reject": "不同意",
    "sms-alarm": "短信审批告警：",
    "issue-key": "发放密钥：",
    "revoke-key": "吊销密钥：",
    "give-up": "作废",
    "retake": "补收",
    "mend": "修正",
    "resend": "重发",
    "bind": "登记",
    "restore": "恢复原措辞：",
    "retry": "重新发送",
    "recall": "撤回",
    "simulate": "代手机回复",
    "stop": "停止",
    "approve": "同意",
    "promote": "启用",
    "roll-back": "回退",
    "put-back": "恢复启用：",
    "measure": "监测",
    "compare": "对照",
    "explain": "查看理由：",
}
THINGS = {
    "household": "一户",
    "person": "人员",
    "worklist": "风险清单",
    "worklist-view": "常用视图",
    "trace": "链条",
    "canvas": "画布",
    "source": "源数据行",
    "source-row": "源数据行",
    "registration": "登记",
    "reject": "拒收数据",
    "rejects": "退回行",
    "duplicates": "重复行",
    "batch": "批次",
    "snapshot": "快照",
    "search": "查询结果",
    "panel": "首页栏目",
    "recent": "最近查看",
    "data": "数据",
    "run": "运行",
    "gather": "采集",
    "build": "构建",
    "page": "页面",
    "form": "表单",
    "account": "账号",
    "office": "机关",
    "people": "人员",
    "department": "内设机构",
    "post": "岗位",
    "duty": "岗责",
    "appointment": "任职",
    "delegation": "委托",
    "leave": "休假",
    "grid": "网格",
    "org": "机构人员",
    "audit": "日志",
    "client": "单点登录系统",
    "lock": "登录暂停",
    "code_table": "代码表",
    "calendar": "工作日历",
    "verification": "核验",
    "head": "检查点",
    "key": "密钥",
    "witness": "见证方",
    "archive": "归档文件",
    "taxpayer": "纳税人",
    "outside-system": "接入系统",
    "dead-letter": "退件",
    "delivery": "外发消息",
    "passage": "交换记录",
    "process": "流程",
    "process_version": "流程版本",
    "reconciliation": "对账差异",
    "todo": "待办",
    "case": "办件",
    "application": "申请草稿",
    "matter": "事项",
    "bundle": "事项草稿",
    "document": "文件",
    "case-figures": "办件统计",
    "todo-source": "待办来源",
    "booking": "预约",
    "grants": "核准台账",
    "quota": "发票总额度",
    "deferral": "延期缴纳税款",
    "registration-change": "登记变更",
    "publication": "发布物",
    "law": "政策文件",
    "issue": "期刊",
    "resource": "车辆与会议室",
    "trip": "行车记录",
    "decision_table": "决策表",
    "suppression": "豁免",
    "notice": "消息",
    "announcement": "公告",
    "address": "联系方式",
    "preference": "消息设置",
    "notice-template": "消息模板",
    "sms": "短信",
    "decision-trace": "决策留痕",
    "back-test-example": "回测例子",
    "model": "模型",
    "training": "模型训练",
    "risk": "风险详情",
    "risk-register": "风险台账",
    "risk-view": "台账视图",
    "indicator": "指标",
    "indicator-households": "指标突出的户",
}
# What the fields of a record are called on its page.
FIELDS = {
    "account": "账号", "act": "事项", "address": "来源地址", "after": "之后", "as_of": "数据至", "basis": "依据",
    "batch": "批次", "before": "之前", "cells": "单元格", "clearance": "知悉等级", "code": "代码", "code_name": "名称",
    "confirmed": "已确认", "content_hash": "内容哈希", "count": "数量", "counts": "数量", "deputy_for": "替岗对象",
    "display_name": "姓名", "division_code": "行政区划", "divisions": "行政区划", "duty": "岗责", "edges": "关系数",
    "effective_on": "生效日", "entries": "条数", "everything": "全部权限", "factors": "验证方式",
    "failures": "失败次数",
    "family": "类别", "file": "文件", "files": "文件", "first": "起", "force": "已知悉冲突", "from": "来自",
    "giver": "委托人", "grids": "网格", "household": "一户", "is_active": "启用", "is_primary": "主岗", "kind": "种类",
    "kinds": "种类", "label": "标签", "last": "止", "left": "甲方识别号", "left_on": "离岗日", "lent_by": "借入自",
    "lent_to": "借出给", "level": "级次", "lines": "条目", "lock": "暂停", "lost": "密钥遗失", "mapping": "映射",
    "marks": "标记", "merged_into": "并入机关", "message": "说明", "name": "名称", "note": "备注", "noted": "批注",
    "number": "识别号", "numbers": "识别号", "office": "机关", "parent": "上级机关", "parent_code": "上级代码",
    "parties": "往来户", "path": "地址", "permission": "权限", "permissions": "权限", "pinned": "固定", "post": "岗位",
    "posts": "岗位", "previous": "原值", "query": "条件", "reason": "原因", "receiver": "受托人", "rejected": "拒收",
    "right": "乙方识别号", "rows": "行数", "scope_rule": "管户范围", "scopes": "范围", "sha256": "SHA-256",
    "snapshot": "快照", "source": "来源", "spans": "时段", "state": "状态", "status": "应答码", "steps": "步骤",
    "subject": "主体", "substitute": "代办人", "table": "表", "tables": "表", "takes_present_tasks": "含在办事项",
    "title": "标题", "titles": "列", "user": "人员", "username": "账号", "valid_from": "生效日", "valid_to": "失效日",
    "verifier": "公钥", "with_personal": "含个人信息",
    "verdict": "办理意见", "step": "环节", "to_step": "去向环节", "people": "人员", "on_behalf_of": "代谁办理",
    "channel": "渠道", "version": "版本", "fields": "字段",
    "opinion": "意见内容", "key": "来源内编号", "stayed": "未移交", "until": "要求办结日期",
    "words": "督办要求", "answer": "答复", "hosts": "可跳转域名", "low_risk_kinds": "低风险事项",
    "matter": "事项", "edition": "版次", "digest": "摘要", "node": "环节", "letter": "文书号", "outcome": "结果",
    "passed": "通过", "about": "所属", "part": "用途",
    "sms_kinds": "可短信审批事项", "sms_cap_amount": "短信审批金额上限",
    "resource": "资源", "starts_at": "开始", "ends_at": "结束", "case": "办件编号", "place": "位置",
    "capacity": "座位数", "plate": "车牌号", "energy": "动力", "equipment": "设备", "is_shared": "下级可用",
    "out_km": "出车读数", "back_km": "还车读数",
    "rule": "规则", "from_version": "复制自版本",
    "text_hash": "原文摘要", "message_id": "网关消息号",
    "key_id": "密钥编号", "expires_at": "到期时间", "reference": "对方标识", "contact": "联系人", "purpose": "用途",
    "operations": "允许的操作", "addresses": "来源地址", "per_minute": "每分钟次数", "per_day": "每日次数",
    "webhook_url": "结果通知地址", "list_url": "对账清单地址", "mends_itself": "对账后自动修正",
    "is_quiet": "静默时段", "text": "正文", "row": "行号",
}  # fmt: skip
VALUES = {
    "password": "密码", "webauthn": "通行密钥", "totp": "验证器", "recovery_codes": "恢复码", "True": "是",
    "False": "否", "None": "（空）", "": "（空）",
}  # fmt: skip
# Acts whose title says everything.
WHOLE = frozenset(
    {"sign-in", "sign-in-failed", "sign-in-locked", "sign-out", "change-password", "rotate-key", "add-witness",
     "remove-witness", "build", "gather", "finish", "shut", "leave", "issue-code", "activate",
     "unlock", "end-session", "enrol-factor", "remove-factor", "factor-failed", "renew-codes"}
)  # fmt: skip


class Channel(TextChoices):
    """Through which door."""

    WEB = "WEB", "网页"
    JOB = "JOB", "后台任务"
    CLI = "CLI", "命令行"
    API = "API", "接口"
    SMS = "SMS", "短信"


class RunState(TextChoices):
    """How far a run in the background has come."""

    WAITING = "WAITING", "等待"
    RUNNING = "RUNNING", "进行中"
    DONE = "DONE", "完成"
    FAILED = "FAILED", "失败"


# Years before records of a family may be archived; the longest is the rule for what is not named.
# The Cybersecurity Law (article 23) asks for six months at least; the periods here are the house's own and longer.
RETENTION_YEARS = {"page": 3, "search": 3, "panel": 3, "recent": 3, "account": 5}
DEFAULT_RETENTION_YEARS = 10


def field_title(name: str) -> str:
    """`valid_from` as 生效日; an unknown name as it stands."""
    return FIELDS.get(name, name)


def value_title(value: object) -> str:
    """A value of a record as a reader sees it: lists joined, yes and no in words."""
    if isinstance(value, dict):
        return "；".join(f"{field_title(str(k))}：{value_title(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return "、".join(map(value_title, value)) or VALUES[""]
    return VALUES.get(str(value), str(value))


def family_title(family: str) -> str:
    """`code_table` as 代码表."""
    return THINGS.get(family, family)


def verb_title(verb: str) -> str:
    """`worklist.export` as 导出风险清单."""
    thing, _, act = verb.rpartition(".")
    return ACTS[act] if act in WHOLE else f"{ACTS.get(act, act)}{THINGS.get(thing, thing)}"


def target_title(target: str) -> str:
    """`household:H12` as 一户 H12; anything else as it stands."""
    kind, separator, rest = target.partition(":")
    return f"{THINGS[kind]} {rest}" if separator and kind in THINGS else target


def family_of(verb: str) -> str:
    """The family that decides how long a record is kept."""
    return verb.partition(".")[0]


FAULTS = {
    "changed": "内容被改",
    "missing": "记录缺失",
    "inserted": "插入了记录",
    "reordered": "顺序被改",
    "truncated": "末尾被截去",
    "rolled-back": "整体被退回",
    "rewritten": "与见证方所见不符",
    "hash-changed": "存储的哈希被改",
    "head-forged": "检查点不可信",
}
