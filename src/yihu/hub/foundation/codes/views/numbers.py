"""Checking of numbers, and codes the data uses that no table knows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yihu.hub.base.access import requires, unrecorded
from yihu.hub.foundation.codes.forms import NumbersForm, posted
from yihu.hub.foundation.codes.selectors.numbers import MOST, examine, split_numbers
from yihu.hub.foundation.codes.selectors.usage import list_usage
from yihu.hub.foundation.codes.views.tables import home_crumb
from yihu.hub.screens.pages import Page

HELP = (
    (
        "统一社会信用代码",
        "按 GB 32100-2015 校验字符、登记管理部门与校验码；区划码按所填登记日期（不填则按历次修订）核对。",
    ),
    ("公民身份号码", "按 GB 11643-1999 校验出生日期与校验码；区划码按出生当日核对。"),
    ("存疑", "号码本身正确，但区划码当时尚未启用或已撤销。后来补办的证件会如此，请对照证件原件。"),
    ("不留存", "粘贴的号码只在本页显示，不写入任何记录。"),
)


@requires("codes.view")
@unrecorded  # nothing is changed, and what was pasted is promised to be kept nowhere
def check(request: HttpRequest) -> HttpResponse:
    """Paste numbers, see the verdict and the reason of each; nothing is kept."""
    form = NumbersForm(posted(request))
    page = Page("号码校验", "粘贴统一社会信用代码或身份证号，逐个给出结论与原因。", crumbs=(home_crumb(),), help=HELP)
    context: dict[str, Any] = {"page": page, "form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        numbers = split_numbers(form.cleaned_data["numbers"])
        judged = examine(numbers[:MOST], today=timezone.localdate(), on=form.cleaned_data["on"])
        found = judged.verdicts
        context |= {
            "judged": judged, "cut": len(numbers) > MOST, "most": MOST,
            "counts": {
                "right": sum(v.is_valid and not v.is_doubtful for v in found),
                "doubtful": sum(v.is_doubtful for v in found), "wrong": sum(not v.is_valid for v in found),
            },
        }  # fmt: skip
    elif request.method == "POST":
        status = 422
    return render(request, "codes/check.html", context, status=status)


@requires("codes.view")
def usage(request: HttpRequest) -> HttpResponse:
    """Codes of the current snapshot that are not in the tables that answer for them."""
    page = Page("数据用码", "当前快照的各户用到、而代码表里查不到的代码。", crumbs=(home_crumb(),))
    return render(request, "codes/usage.html", {"page": page, "columns": list_usage(timezone.localdate())})
