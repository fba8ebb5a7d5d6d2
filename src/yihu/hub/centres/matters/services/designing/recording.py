"""One line in the log for each verb of a designer."""

from collections.abc import Mapping
from typing import Any

from yihu.hub.centres.matters.models import BundleDraft
from yihu.hub.foundation.audit.api import record


def record_design(
    act: str, draft: BundleDraft, actor: Any, request: Any, *, before: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """`bundle.<act>` of matter family/code."""
    after = {"state": draft.state, "note": draft.review_note} if before else None
    record(
        verb=f"bundle.{act}", request=request, actor=actor, target=f"bundle:{draft.key}", target_name=draft.name,
        before=before, after=after, detail={"reason": draft.reason, **(detail or {})},
    )  # fmt: skip
