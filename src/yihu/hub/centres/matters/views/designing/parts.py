"""The parts of a draft as its page lists them: what each is, whether it differs, its faults, where to edit it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.centres.matters.models import BundleDraft
from yihu.hub.centres.matters.views.designing.door import at

TITLES = {"matter.yaml": ("事项", "clipboard-text"), "form.json": ("表单", "forms"), "process.bpmn": ("流程", "route")}
FOLDERS = {"letters": ("文书", "file-text"), "cases": ("用例", "list-check")}


@dataclass(frozen=True, slots=True)
class Part:
    """One file; `faults` counts what is wrong with it."""

    name: str
    title: str
    icon: str
    url: str
    text_url: str
    how: str
    faults: int
    removable: bool


def parts_of(
    draft: BundleDraft, files: Mapping[str, str], base: Mapping[str, str], problems: Sequence[Problem]
) -> list[tuple[str, list[Part]]]:
    """Groups of files with a heading, in the order in which one works on them."""
    every = [_part(draft, name, files, base, problems) for name in files]
    groups = {"事项": [], "文书": [], "决策表": [], "用例": []}  # type: dict[str, list[Part]]
    for part in every:
        groups[_group(part.name)].append(part)
    order = list(TITLES)
    groups["事项"].sort(key=lambda part: order.index(part.name))
    return [(title, parts) for title, parts in groups.items() if parts or title != "决策表"]


def _part(
    draft: BundleDraft, name: str, files: Mapping[str, str], base: Mapping[str, str], problems: Sequence[Problem]
) -> Part:
    title, icon = _said(name)
    text_url = at("design-file", draft, name)
    url = {
        "matter.yaml": at("design-manifest", draft), "form.json": at("design-form", draft),
        "process.bpmn": at("design-process", draft),
    }.get(name, text_url)  # fmt: skip
    if name.endswith(".dmn"):
        url = at("design-table", draft, name.removesuffix(".dmn"))
    how = "" if base.get(name) == files[name] else "修改" if name in base else "新增"
    faults = sum(1 for one in problems if one.file == name)
    return Part(name, title, icon, url, text_url, how, faults, name not in TITLES)


def _said(name: str) -> tuple[str, str]:
    if name in TITLES:
        return TITLES[name]
    folder, slash, _ = name.partition("/")
    return FOLDERS[folder] if slash else ("决策表", "table")


def _group(name: str) -> str:
    return "事项" if name in TITLES else _said(name)[0]


def lost_parts(files: Mapping[str, str], base: Mapping[str, str]) -> Iterator[str]:
    """Files that the version has and the draft no longer."""
    yield from (name for name in sorted(base) if name not in files)
