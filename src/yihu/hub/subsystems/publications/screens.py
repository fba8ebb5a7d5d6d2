"""Lists for those who keep publications."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty, Mark
from yihu.hub.subsystems.publications.choices import Kind, Topic


def _url(name: str, *args: Any) -> str:
    return reverse(f"publications:{name}", args=args)


def _read(row: Any) -> str:
    return _url("read", row.code)


def _kinds(request: HttpRequest) -> list[tuple[str, str]]:
    return list(Kind.choices)


def _topics(request: HttpRequest) -> list[tuple[str, str]]:
    return list(Topic.choices)


def _by_title(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(Q(code__startswith=text.upper()) | Q(title__contains=text))


_SHELF = (
    Column("code", "编号", lambda p: p.code, "code", ("code",)),
    Column("title", "标题", lambda p: p.title, sort=("title",), link=_read),
    Column("kind", "种类", lambda p: p.get_kind_display(), "code", ("kind",)),
    Column("topic", "主题", lambda p: p.get_topic_display(), "code", ("topic",)),
    Column("label", "标签", lambda p: p.get_label_display(), "code", ("label",)),
    Column("office", "责任机关", lambda p: p.office.name, sort=("office__path",)),
)
_FILTERS = (
    Filter("q", "编号或标题", _by_title),
    Filter("kind", "种类", lambda rows, kind: rows.filter(kind=kind), "choice", _kinds),
    Filter("topic", "主题", lambda rows, topic: rows.filter(topic=topic), "choice", _topics),
)


def _state(row: Any) -> Mark:
    if row.withdrawn is not None:
        return Mark("已撤下", "stop")
    if row.kind == Kind.PAPER and not hasattr(row, "placement"):
        return Mark("已录用，待编入", "wait")
    if row.effective > timezone.localdate():
        return Mark(f"{row.effective} 生效", "wait")
    return Mark("已发布", "on")


KEPT = ListScreen(
    columns=(
        *_SHELF,
        Column("state", "状态", _state, "mark"),
        Column("versions", "版次", lambda p: p.versions, "count", ("versions",)),
        Column("reads", "阅读", lambda p: p.reads, "count", ("reads",)),
        Column("review", "复核期限", lambda p: p.review_on, "day", ("review_on",)),
    ),
    filters=_FILTERS, sort="-code", unit="篇",
    empty=Empty("还没有发布过", "“12366 问题”“知识文章”“电子期刊投稿”三个事项办结后，文本自动发布到这里。"),
)  # fmt: skip


def _why(row: Any) -> Mark:
    return Mark("所引文件已失效", "stop") if row.is_repealed else Mark("到期复核", "wait")


DUE = ListScreen(
    columns=(*_SHELF[:4], Column("why", "原因", _why, "mark"), *KEPT.columns[-1:], _SHELF[5]),
    filters=_FILTERS, sort="code", unit="篇",
    row_acts=(
        RowAct("确认有效", lambda p: "" if p.is_repealed else _url("review", p.code)),
        RowAct("撤下", lambda p: _url("withdraw", p.code)),
    ),
    empty=Empty("没有到期的", "发布满一年，或所引用的文件失效，文本就会列到这里，由编辑确认、修订或撤下。"),
)  # fmt: skip


def _word_state(word: Any) -> Mark:
    if word.is_helpful:
        return Mark("有帮助", "on")
    return Mark("已处理") if word.settled_at else Mark("待处理", "wait")


def _by_settled(rows: QuerySet, state: str) -> QuerySet:
    wait = Q(is_helpful=False, settled_at=None)
    return {"wait": rows.filter(wait), "done": rows.exclude(settled_at=None), "good": rows.filter(is_helpful=True)}.get(
        state, rows
    )


WORDS = ListScreen(
    columns=(
        Column("title", "文本", lambda w: w.revision.title, link=lambda w: _url("read", w.revision.publication.code)),
        Column("state", "反馈", _word_state, "mark", ("is_helpful", "settled_at")),
        Column("words", "读者说明", lambda w: w.words or "—"),
        Column("reader", "读者", lambda w: w.reader.display_name),
        Column("at", "时间", lambda w: w.given_at, "minute", ("given_at",)),
        Column("answer", "处理结果", lambda w: w.answer or "—"),
    ),
    filters=(
        Filter("state", "状态", _by_settled, "choice", lambda r: (
            ("wait", "待处理"), ("done", "已处理"), ("good", "有帮助")
        )),
    ),
    sort="-at", unit="条",
    row_acts=(
        RowAct("处理", lambda w: "" if w.is_helpful or w.settled_at else _url("settle", w.pk)),
    ),
    empty=Empty("还没有读者反馈", "读者在文末点“没有帮助”并说明原因后，排在这里等编辑处理。"),
)  # fmt: skip


def _law_state(law: Any) -> Mark:
    today = timezone.localdate()
    if law.valid_to is not None and law.valid_to <= today:
        return Mark("已失效", "stop")
    if law.valid_from is not None and law.valid_from > today:
        return Mark("尚未施行", "wait")
    return Mark("有效", "on")


LAWS = ListScreen(
    columns=(
        Column("title", "文件", lambda law: law.title, sort=("title",)),
        Column("number", "文号", lambda law: law.document_number or "—", "code", ("document_number",)),
        Column("state", "状态", _law_state, "mark"),
        Column("from", "施行日", lambda law: law.valid_from, "day", ("valid_from",)),
        Column("until", "失效日", lambda law: law.valid_to, "day", ("valid_to",)),
        Column("used", "引用它的现行文本", lambda law: law.used, "count", ("used",)),
    ),
    filters=(
        Filter("q", "文件或文号", lambda rows, t: rows.filter(Q(title__contains=t) | Q(document_number__contains=t))),
    ),
    sort="title", unit="件",
    row_acts=(RowAct("修改", lambda law: _url("law", law.pk)),),
    empty=Empty("还没有引用过文件", "答复与文章发布时所写的依据自动收在这里；填上失效日，引用它的文本就进入待复核。"),
)  # fmt: skip
