"""Files of a draft written, added and taken out; each against the revision that the writer has seen."""

from datetime import datetime
from typing import Any

from django.db import transaction

from yihu.hub.centres.matters.catalogue.files import MOST_BYTES, MOST_FILES, NAMES, NEEDED
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml
from yihu.hub.centres.matters.choices import BundleState, PlayState
from yihu.hub.centres.matters.models import BundleDraft, BundleFile
from yihu.hub.centres.matters.selectors.designing.drafts import refused_process
from yihu.hub.centres.matters.services.designing.drafting import expect, locked_draft
from yihu.hub.centres.matters.services.designing.recording import record_design
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError


@transaction.atomic
def save_file(
    *, draft: BundleDraft, name: str, text: str, revision: int, actor: Any, now: datetime, request: Any = None
) -> BundleFile:
    """
    Put a file's new text in place.

    :param revision: of the text the writer began with; 0 for a file that is not there yet
    :raises UnableToDesignError: MTR-W01 not being drafted, W02 changed meanwhile, W03 the name, W04 too large,
        W05 content that nothing may open
    """
    locked = locked_draft(draft)
    expect(locked, BundleState.DRAFT, "修改")
    check_text(name, text)
    found = BundleFile.objects.select_for_update().filter(draft=locked, name=name).first()
    _refuse_stale(found, name, revision)
    if found is None:
        if locked.files.count() >= MOST_FILES:
            raise UnableToDesignError("MTR-W04", f"一个事项最多 {MOST_FILES} 个文件")
        found = BundleFile(draft=locked, name=name, revision=0)
    if found.pk and found.text == text:
        return found
    found.text, found.revision, found.changed_by, found.changed_at = text, found.revision + 1, actor, now
    found.save()
    _after_change(locked, name, text)
    record_design("save", locked, actor, request, detail={"file": name})
    return found


def _refuse_stale(found: BundleFile | None, name: str, revision: int) -> None:
    if revision == (found.revision if found else 0):
        return
    if found is None:
        raise UnableToDesignError("MTR-W02", f"文件 {name} 已被删去，请刷新页面")
    by = found.changed_by.display_name if found.changed_by else "别人"
    raise UnableToDesignError("MTR-W02", f"没有保存：{name} 已由{by}在您打开之后改过。请先导出您的改动，刷新页面后再改")


@transaction.atomic
def remove_file(*, draft: BundleDraft, name: str, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Take a file out.

    :raises UnableToDesignError: MTR-W01 not being drafted, W03 a file no bundle can do without, or none of this name
    """
    locked = locked_draft(draft)
    expect(locked, BundleState.DRAFT, "修改")
    if name in NEEDED:
        raise UnableToDesignError("MTR-W03", f"{name} 是必需的文件，不能删去")
    found = locked.files.filter(name=name).first()
    if found is None:
        raise UnableToDesignError("MTR-W03", f"没有文件 {name[:60]}")
    # The one who takes it out stands in its history as the last to have touched it.
    found.changed_by, found.changed_at = actor, now
    found.save()
    found.delete()
    _after_change(locked, name, "")
    record_design("delete", locked, actor, request, detail={"file": name})


def check_text(name: str, text: str) -> None:
    """:raises UnableToDesignError: MTR-W03, W04 or W05; what is merely wrong may be kept and is shown as a problem"""
    if not NAMES.fullmatch(name):
        raise UnableToDesignError(
            "MTR-W03", f"“{name[:60]}”不是事项包里的文件名：文书放 letters/，用例放 cases/，用小写字母"
        )
    if "\0" in text or any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise UnableToDesignError("MTR-W05", f"{name} 含有不可用的字符")
    if len(text.encode()) > MOST_BYTES:
        raise UnableToDesignError("MTR-W04", f"{name} 超过 {MOST_BYTES // 1024} KB，请缩小或拆分")
    if name == "process.bpmn" and (problems := refused_process(text)):
        raise UnableToDesignError("MTR-W05", f"流程没有保存：{problems[0].message}", problems)


def _after_change(draft: BundleDraft, name: str, text: str) -> None:
    """What was found of the cases no longer holds; the draft is called as its manifest says."""
    draft.play_state, draft.played_digest, draft.played = PlayState.NEVER, "", []
    if name == "matter.yaml":
        value, problems = read_yaml(name, text)
        called = value.get("name")
        if not problems and isinstance(called, str) and called.strip():
            draft.name = called.strip()[:60]
    draft.save()
