"""The published scoreboard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.screens.pages import Page
from yihu.hub.subsystems.risk import compute

HELP = (
    ("是什么", "在公开种子的模拟辖区上，把本系统与几种常见办法放在同样的数据上各跑一遍；种子从不用于设计。"),
    ("平均精度", "把全部户按分值排好，名单从上到下的平均查准率；要与基准率比。"),
    ("区间", "小字是 95% 区间；重叠时不能说谁更好。"),
    ("局限", "模拟辖区里的手法是人写的，只说明找得到这些手法，不说明一个真实辖区能找到多少。"),
)  # fmt: skip


@requires("models.view")
def scoreboard(request: HttpRequest) -> HttpResponse:
    """What `yihu scoreboard` last wrote."""
    page = Page("成绩榜", "各方法在公开样本上的成绩，附区间、基准率与局限。", help=HELP)
    return render(request, "risk/scoreboard.html", {"page": page, "board": compute.read_board()})
