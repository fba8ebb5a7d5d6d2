"""Pages for what went wrong: what, where and what to do, with a number for the help desk."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.base.access import public


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: its status and what the page says."""

    status: int
    title: str
    advice: str


MALFORMED = Fault(400, "请求有误", "地址或表单的内容不完整。请返回上一页重新操作。")
FORBIDDEN = Fault(403, "您没有查看此页的权限", "此页超出您的岗位权限或管辖范围。确需查看的，请联系本单位管理员授权。")
FORGED = Fault(403, "页面已过期", "页面停留过久或在别处重新登录过。请返回上一页、刷新后再提交。")
MISSING = Fault(404, "没有找到此页", "地址可能有误，或内容已随新快照变化。请用上方搜索，或返回首页。")
BROKEN = Fault(500, "系统出了差错", "差错已记入日志。请稍后再试；仍不成功时，把下面的编号告诉运维人员。")


def _page(request: HttpRequest, fault: Fault) -> HttpResponse:
    number = getattr(request, "number", "")
    return render(request, "screens/fault.html", {"fault": fault, "number": number}, status=fault.status)


@public
def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, MALFORMED)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, FORBIDDEN)


@public
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, FORGED)


@public
def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, MISSING)


@public
def broken(request: HttpRequest) -> HttpResponse:
    return _page(request, BROKEN)
