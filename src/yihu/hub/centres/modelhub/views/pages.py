"""The register of models, and one model: card, reliability, features, fairness, monitoring, shadow, history."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import (
    FEWEST_OUTCOMES,
    MOST_CALIBRATION_ERROR,
    MOST_CHANGED_FEATURES,
    MOST_SCORE_PSI,
    SPLITS,
    TONES,
    FeatureUse,
    ModelState,
    Verdict,
)
from yihu.hub.centres.modelhub.compute import ModelError, NoModelError
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.selectors.comparing import fairness_of, measured, overall
from yihu.hub.centres.modelhub.selectors.features import count_uses, list_given
from yihu.hub.centres.modelhub.selectors.versions import (
    find_challenger,
    find_champion,
    find_unfinished,
    get_version,
    last_scored,
    list_versions,
    out_of_step,
)
from yihu.hub.centres.modelhub.services.registering import is_whole
from yihu.hub.centres.modelhub.services.reviewing import took_part
from yihu.hub.centres.modelhub.strips import build_curve
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.details import DetailHead, current_tab, respond_with_detail
from yihu.hub.screens.figures import percent
from yihu.hub.screens.lists import Column, Filter, ListScreen, respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Empty, Fact, Mark, Page, Tab

FEATURES_A_PAGE = 50
HELP = (
    ("模型", "从历史快照和其后的检查结果学到的评分办法；给出每户被查实的概率，与公开的规则并列，不替代规则。"),
    ("草稿到在用", "训练出来是草稿；送审后由没有参与训练和送审的另一人同意，先进影子，再启用。"),
    ("影子", "每次构建时与在用模型一起评分，只作比较，不改变任何清单。"),
    ("区间", "括号里是 95% 区间。两版的区间重叠时，不能说哪一版更好。"),
    ("基准率", "不用任何模型、随便抽查时能查实的比例；查准率要与它比。"),
    ("可靠性", "说 30% 的那些户，后来是不是真有三成被查实。点越靠近对角线越好。"),
    ("回退", "启用后发现不妥，可退回上一版；没有上一版时只按规则排序。"),
    ("增益", "树每按一个指标分一次户，查实与没查实的就分得更开；占比是这个指标的一份。没有用到的不影响评分。"),
    ("拒绝评分", "快照的指标与训练时不同，模型就不评分并写明缺什么、多什么，清单按规则排序。"),
)  # fmt: skip


def home_crumb() -> Crumb:
    return Crumb("模型中心", reverse("modelhub:models"))


def exporter(request: HttpRequest, what: str) -> Any:
    def act(kind: str, rows: int) -> None:
        record(verb="model.export", request=request, target_name=what, detail={"kind": kind, "rows": rows})

    return act


def _precision(version: ModelVersion) -> str:
    found = measured(version.card, "out_of_household")
    figure = found["average_precision"] if found else None
    if not figure or figure["value"] is None:
        return "—"
    interval = "" if figure["low"] is None else f"（{figure['low']:.3f}–{figure['high']:.3f}）"
    return f"{figure['value']:.3f}{interval}"


def _state(version: ModelVersion) -> Mark:
    return Mark(version.get_state_display(), TONES[ModelState(version.state)])


def _watch_mark(version: Any) -> Mark | str:
    if version.alarms is None:
        return "—"
    return Mark("越限", "stop") if version.alarms else Mark("没有越限", "on")


MODELS = ListScreen(
    columns=(
        Column(
            "edition", "版次", lambda v: f"第 {v.edition} 版", sort=("edition",),
            link=lambda v: reverse("modelhub:model", args=[v.model_id]),
        ),
        Column("state", "状态", _state, "mark"),
        Column("made", "训练时间", lambda v: v.made_at, "minute", sort=("made_at",)),
        Column("as_of", "数据至", lambda v: v.card["as_of"], "day"),
        Column("cases", "检查结果", lambda v: v.card["label_counts"].get("inspected"), "count"),
        Column("base", "基准率", lambda v: percent(v.card["base_rate"])),
        Column("ap", "平均精度（95% 区间）", _precision),
        Column("features", "指标", lambda v: len(v.card["features"]), "count"),
        Column("trained", "训练人", lambda v: v.trained_name),
        Column("reviewed", "审核人", lambda v: v.reviewed_name or "—"),
        Column("alarms", "监测", _watch_mark, "mark"),
        Column("id", "模型编号", lambda v: v.model_id, "code", shown=False),
        Column("digest", "内容哈希", lambda v: v.card_digest[:16], "code", shown=False),
        Column("code", "程序版本", lambda v: v.card["code_version"], "code", shown=False),
    ),
    filters=(
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", lambda r: ModelState.choices),
    ),
    empty=Empty(
        "还没有模型",
        "模型从历史快照和其后的检查结果学习。有了检查结果（稽查与评估结果表）之后，由模型管理人在“训练”里发起；"
        "在那之前风险清单只按公开的规则排序。",
    ),
    sort="-edition",
    unit="版",
)  # fmt: skip


@requires("models.view")
def models(request: HttpRequest) -> HttpResponseBase:
    """All versions, with what is in force, in the shadow and under way."""
    user = request.user
    rows = list_versions()
    acts = []
    if rows.count() > 1:
        acts.append(Act("两版对照", reverse("modelhub:compare"), "columns"))
    champion = find_champion()
    if champion and user.holds("models.approve"):
        acts.append(Act("回退", reverse("modelhub:roll-back"), "arrow-back-up"))
    if user.holds("models.train"):
        acts.append(Act("训练", reverse("modelhub:train"), "player-play", primary=True))
    page = Page("模型中心", "风险模型的版本、审核、影子比较、启用、回退与监测。", acts=tuple(acts), help=HELP)
    context = {
        "champion": champion, "challenger": find_challenger(), "unfinished": find_unfinished(),
        "mismatch": out_of_step(), "scored": last_scored(),
    }  # fmt: skip
    return respond_with_list(
        request, page, MODELS, rows, record_export=exporter(request, "模型清单"), template="modelhub/models.html",
        context=context,
    )  # fmt: skip


TABS = (
    Tab("card", "说明卡"),
    Tab("curve", "可靠性"),
    Tab("features", "指标"),
    Tab("fairness", "公平性"),
    Tab("watch", "监测"),
)


@requires("models.view")
def model(request: HttpRequest, model_id: str) -> HttpResponseBase:
    """One model by tabs."""
    version = get_version(model_id)
    shown = (Tab("shadow", "影子比较"),) if version.state == ModelState.SHADOW else ()
    head = DetailHead(facts=_facts(version), tabs=(*TABS, *shown), mark=_state(version))
    tab = current_tab(request, head) if request.GET.get("tab") != "history" else TABS[0]
    acts = (Act("对照", reverse("modelhub:compare") + f"?right={version.model_id}", "columns"),)
    page = Page(str(version), version.model_id, (home_crumb(),), acts, HELP)
    context: dict[str, Any] = {
        "version": version, "card": version.card, "is_whole": is_whole(version), **_bodies(request, tab.key, version),
        "took_part": took_part(version, request.user), "runs": list(version.runs.all()[:1]),
        "body": f"modelhub/{tab.key}.html", "may_train": request.user.holds("models.train"),
        "may_decide": request.user.holds("models.approve"), "may_see_households": request.user.holds("household.view"),
    }  # fmt: skip
    return respond_with_detail(
        request, page, head, {}, record_export=exporter(request, str(version)), context=context,
        history=lambda: _rows_of(version),
    )  # fmt: skip


def _rows_of(version: ModelVersion) -> tuple[QuerySet[ModelVersion]]:
    return (ModelVersion.objects.filter(pk=version.pk),)


def _facts(version: ModelVersion) -> tuple[Fact, ...]:
    card = version.card
    counts = card["label_counts"]
    return (
        Fact("训练", version.made_at, kind="minute"),
        Fact("训练人", version.trained_name),
        Fact("数据至", card["as_of"], kind="day"),
        Fact("检查结果", f"{counts.get('inspected', 0)} 件，查实 {counts.get('confirmed', 0)} 件"),
        Fact("平均精度", _precision(version)),
        Fact("基准率", percent(card["base_rate"])),
        Fact("审核", f"{version.reviewed_name or '—'}"),
        Fact("启用", version.in_force_at, kind="minute"),
    )


def _bodies(request: HttpRequest, tab: str, version: ModelVersion) -> dict[str, Any]:
    card = version.card
    if tab == "features":
        return _features(request, version)
    if tab == "curve":
        told = [(SPLITS.get(one["split"], one["split"]), one, build_curve(one["bins"]))
                for one in overall(card)["measured"]]  # fmt: skip
        return {"told": told}
    if tab == "fairness":
        return {"dimensions": fairness_of(card)}
    if tab == "watch":
        return _watched(version)
    return {"heads": card["heads"], "unlearned": [head for head in card["heads"] if not head["learned"]]}


def _features(request: HttpRequest, version: ModelVersion) -> dict[str, Any]:
    """One page of the figures: those the trees ask for, unless the address asks for others or names a word."""
    try:
        asked, refusal = compute.asked_for(version.model_id), ""
    except (ModelError, NoModelError) as error:
        asked, refusal = {}, str(error)
    given = list_given(version.card, asked)
    text, use = request.GET.get("text", "").strip()[:60], request.GET.get("use", "")
    if use not in FeatureUse.values:
        use = FeatureUse.EVERY if text or not asked else FeatureUse.ASKED
    wanted = [one for one in given if one.is_one_of(use) and one.holds(text)]
    shown = Paginator(wanted, FEATURES_A_PAGE).get_page(request.GET.get("page"))
    largest = max((one.overall.gain_share for one in given if one.overall), default=1.0)
    return {
        "shown": shown, "uses": count_uses(given), "use": use, "text": text, "refusal": refusal, "largest": largest,
    }  # fmt: skip


def _watched(version: ModelVersion) -> dict[str, Any]:
    readings = list(version.readings.all()[:12])
    newest = readings[0] if readings else None
    return {
        "readings": readings, "newest": newest,
        "moved": [one for place, one in enumerate(newest.features) if not place or one["verdict"] != Verdict.CALM]
        if newest else [],
        "since_curve": build_curve(newest.since["bins"]) if newest and newest.since else None,
        "bounds": {
            "psi": MOST_SCORE_PSI, "features": MOST_CHANGED_FEATURES, "error": MOST_CALIBRATION_ERROR,
            "outcomes": FEWEST_OUTCOMES,
        },
    }  # fmt: skip
