"""The published scoreboard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.screens.pages import Page
from yihu.hub.subsystems.risk import compute
from yihu.hub.subsystems.risk.selectors.board import method_rows, overall_rows, rule_rows, scheme_rows

HELP = (
    ("是什么", "在没有参与设计的模拟辖区上，把本系统与几种常见办法放在同样的数据上各跑一遍，与埋下的真相对照。"),
    ("平均精度", "把全部户按分值排好，名单从上到下的平均查准率；要与基准率（随便抽查查实的比例）比。"),
    ("区间", "小字是 95% 区间；重叠时不能说谁更好。"),
    ("误伤工时", "前列名单里没有问题的户，按模拟检查的平均用时折算的小时数。"),
    ("发现天数", "从手法开始到第一次进入前列名单的天数中位数；后面是发现的户数和可观察的户数。"),
    ("局限", "模拟辖区里的手法是人写的，只说明找得到这些手法，不说明一个真实辖区能找到多少。"),
)  # fmt: skip


@requires("models.view")
def scoreboard(request: HttpRequest) -> HttpResponse:
    """What `yihu board` last wrote in this home, else what came with the program."""
    page = Page("成绩榜", "各方法在没有见过的模拟辖区上的成绩，附区间、基准率与局限。", help=HELP)
    published = compute.read_board()
    board = published.board
    methods, schemes = scheme_rows(board)
    context = {
        "page": page, "board": board, "shipped": published.shipped, "command": compute.command_of(board),
        "overall": overall_rows(board), "methods": methods, "schemes": schemes, "rules": rule_rows(board),
        "chosen": method_rows(board, request.GET.get("method", "")),
    }  # fmt: skip
    return render(request, "risk/scoreboard.html", context)
