"""What lies between two versions of a matter: facts, fields, nodes of the process, files."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yihu.hub.centres.matters.catalogue.bundle import Bundle
from yihu.hub.centres.matters.catalogue.fields import FormField

MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `what` is added, removed or changed, in Chinese."""

    part: str
    name: str
    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that differs; lines as a unified difference, with a tone each."""

    name: str
    what: str
    lines: tuple[tuple[str, str], ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes in words, and the files that differ."""

    changes: Sequence[Change]
    files: Sequence[FileChange]

    @property
    def is_empty(self) -> bool:
        return not self.files


def difference(left: Bundle, right: Bundle) -> Difference:
    """From `left` to `right`."""
    changes = [*_facts(left, right), *_fields(left, right), *_nodes(left, right)]
    names = sorted({*left.files, *right.files})
    files = [_file(n, left.files.get(n), right.files.get(n)) for n in names if left.files.get(n) != right.files.get(n)]
    return Difference(changes, files)


def _facts(left: Bundle, right: Bundle) -> list[Change]:
    def facts(bundle: Bundle) -> dict[str, str]:
        spec, limit = bundle.spec, bundle.spec.time_limit
        unit = "个工作日" if limit.unit == "working_days" else "日"
        return {
            "名称": spec.name, "版次": spec.edition, "办理时限": f"{limit.length} {unit}",
            "施行日": str(spec.valid_from), "停用日": str(spec.valid_to or "长期"), "数据标签": spec.data_label.label,
            "材料": "、".join(m.name for m in spec.materials) or "无",
            "结果": "、".join(o.name for o in spec.outcomes.values()),
            "文书": "、".join(letter.title for letter in spec.letters) or "无",
            "依据": "；".join(f"{b.document}{b.article}" for b in spec.basis),
            "低风险": "是" if spec.low_risk else "否",
        }  # fmt: skip

    before, after = facts(left), facts(right)
    return [Change("事项", k, "改动", before[k], after[k]) for k in before if before[k] != after[k]]


def _fields(left: Bundle, right: Bundle) -> list[Change]:
    before = {f.dotted: f for f in left.form.every_field()}
    after = {f.dotted: f for f in right.form.every_field()}
    return [
        *(Change("表单字段", f.title, "增加", "", k) for k, f in after.items() if k not in before),
        *(Change("表单字段", f.title, "删除", k) for k, f in before.items() if k not in after),
        *_changed(before, after),
    ]


def _changed(before: Mapping[str, FormField], after: Mapping[str, FormField]) -> list[Change]:
    found = []
    for key, one in before.items():
        other = after.get(key)
        if other is not None and (dict(one.schema) != dict(other.schema) or one.required != other.required):
            found.append(Change("表单字段", other.title, "改动", _told(one), _told(other)))
    return found


def _told(field: FormField) -> str:
    rest = {k: v for k, v in field.schema.items() if k not in {"properties", "items", "title"}}
    told = "；".join(f"{key}={value}" for key, value in rest.items())
    return f"{field.title}{'（必填）' if field.required else ''} {told}"[:200]


def _nodes(left: Bundle, right: Bundle) -> list[Change]:
    before, after = left.outline.names, right.outline.names
    lanes = left.outline.lane_of, right.outline.lane_of
    found = [Change("流程节点", n, "增加", "", k) for k, n in after.items() if k not in before]
    found += [Change("流程节点", n, "删除", k) for k, n in before.items() if k not in after]
    for key in before.keys() & after.keys():
        was = f"{before[key]}（{lanes[0].get(key, '')}）"
        now = f"{after[key]}（{lanes[1].get(key, '')}）"
        if was != now:
            found.append(Change("流程节点", after[key], "改动", was, now))
    return found


def _file(name: str, before: str | None, after: str | None) -> FileChange:
    what = "增加" if before is None else "删除" if after is None else "改动"
    lines = list(difflib.unified_diff((before or "").splitlines(), (after or "").splitlines(), lineterm="", n=2))[2:]
    tones = {"+": "added", "-": "removed", "@": "place"}
    kept = tuple((tones.get(line[:1], ""), line) for line in lines[:MOST_LINES])
    return FileChange(name, what, kept, len(lines) > MOST_LINES)
