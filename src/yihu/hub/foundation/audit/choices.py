"""Names of what the access record tells, for the people who read it."""

from django.db.models import TextChoices

ACTS = {
    "view": "查看",
    "list": "浏览",
    "search": "搜索",
    "export": "导出",
    "trace": "追踪",
    "print": "打印",
    "merge": "归并",
    "unmerge": "撤销归并",
    "retract": "撤回认定",
    "start": "启动",
    "upload": "上传",
    "sign-in": "登录",
    "sign-in-failed": "登录失败",
    "sign-in-locked": "登录被锁",
    "sign-out": "退出",
    "change-password": "修改密码",
    "create": "新建",
    "refuse": "越权访问被拒：",
}
THINGS = {
    "household": "一户",
    "person": "人员",
    "worklist": "风险清单",
    "trace": "链条",
    "source": "源数据行",
    "reject": "拒收数据",
    "batch": "批次",
    "snapshot": "快照",
    "gather": "采集",
    "build": "构建",
    "page": "页面",
    "account": "账号",
}


class Channel(TextChoices):
    """Through which door."""

    WEB = "WEB", "网页"
    JOB = "JOB", "后台任务"


def verb_title(verb: str) -> str:
    """`worklist.export` as 导出风险清单."""
    thing, _, act = verb.rpartition(".")
    return f"{ACTS.get(act, act)}{THINGS.get(thing, thing) if thing not in {'', 'account'} else ''}"


def target_title(target: str) -> str:
    """`household:H12` as 一户 H12; anything else as it stands."""
    kind, separator, rest = target.partition(":")
    return f"{THINGS[kind]} {rest}" if separator and kind in THINGS else target
