"""The list of drafts."""

from django.urls import reverse

from yihu.hub.centres.matters.choices import BundleState
from yihu.hub.centres.matters.models import BundleDraft
from yihu.hub.screens.lists import Column, Filter, ListScreen
from yihu.hub.screens.pages import Empty, Mark

TONES = {BundleState.DRAFT: "wait", BundleState.IN_REVIEW: "wait", BundleState.PUBLISHED: "on"}


def state_of(draft: BundleDraft) -> Mark:
    return Mark(draft.get_state_display(), TONES.get(BundleState(draft.state), "off"))


DRAFTS = ListScreen(
    columns=(
        Column("name", "事项", lambda d: d.name, sort=("name",), link=lambda d: reverse("matters:design", args=[d.pk])),
        Column("key", "代码", lambda d: d.key, kind="code", sort=("family", "code")),
        Column("base", "从版本", lambda d: d.base_edition or "新事项"),
        Column("reason", "修改原因", lambda d: d.reason),
        Column("state", "状态", state_of, kind="mark", sort=("state",)),
        Column("play", "用例", lambda d: d.get_play_state_display()),
        Column("author", "起草人", lambda d: d.created_by.display_name),
        Column("created", "起草时间", lambda d: d.created_at, kind="minute", sort=("created_at",)),
    ),
    empty=Empty("还没有草稿", "从下面已发布的事项起草修改，或建立新事项。草稿发布前不影响任何办件。"),
    filters=(
        Filter("q", "名称或代码", lambda rows,
        text: rows.filter(name__icontains=text) | rows.filter(code__icontains=text)),
        Filter(
            "state", "状态", lambda rows, value: rows.filter(state=value), kind="choice",
            choices=lambda request: BundleState.choices,
        ),
    ),
    sort="-created",
    unit="份",
)  # fmt: skip
