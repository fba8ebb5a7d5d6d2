"""One bundle read and examined: every file for itself, then the files against one another."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yihu.hub.centres.matters.catalogue import crossing
from yihu.hub.centres.matters.catalogue.conditions import examine_conditions
from yihu.hub.centres.matters.catalogue.fields import FormTree, tree_of
from yihu.hub.centres.matters.catalogue.files import Files, check_files, digest_of, read_folder
from yihu.hub.centres.matters.catalogue.letters import examine_text
from yihu.hub.centres.matters.catalogue.plays import LEAST, Play
from yihu.hub.centres.matters.catalogue.problems import Problem, UnreadableBundleError
from yihu.hub.centres.matters.catalogue.process import Outline, read_outline
from yihu.hub.centres.matters.catalogue.schema import read_schema
from yihu.hub.centres.matters.catalogue.spec import MatterSpec, read_part, read_spec
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml
from yihu.kit.decisions import UnreadableTableError, read_table


@dataclass(frozen=True, slots=True)
class Known:
    """What the running program knows, for a bundle to name. None: not asked."""

    handlers: frozenset[str] | None = None
    prefills: frozenset[str] | None = None
    code_tables: frozenset[str] | None = None
    permissions: frozenset[str] | None = None
    duties: frozenset[str] | None = None
    families: frozenset[str] | None = None
    has_decision: Callable[[str], bool] | None = None
    checks: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that could be read. `problems` may still block it."""

    files: Mapping[str, str]
    digest: str
    spec: MatterSpec
    form: FormTree
    outline: Outline
    plays: Mapping[str, Play]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_sound(self) -> bool:
        return not any(p.blocks for p in self.problems)

    def letter(self, code: str) -> str:
        return self.files[f"letters/{code}.txt"]


def read_bundle(folder: Path, known: Known | None = None) -> Bundle:
    """
    A folder as a bundle; its family and code must be the folder's.

    :raises UnreadableBundleError: it is none; `problems` say why
    """
    bundle = bundle_of(read_folder(folder), known)
    here = (folder.parent.name, folder.name)
    if here != (bundle.spec.family, bundle.spec.code):
        wrong = Problem("MTR-X01", "matter.yaml", "code", f"代码 {bundle.spec.key} 与目录 {'/'.join(here)} 不同")
        raise UnreadableBundleError([wrong])
    return bundle


def bundle_of(files: Files, known: Known | None = None) -> Bundle:
    """
    Files as a bundle.

    :raises UnreadableBundleError: a file that all else hangs on cannot be read
    """
    problems = check_files(files)
    if problems:
        raise UnreadableBundleError(problems)
    spec, more = _spec(files["matter.yaml"])
    schema, wrong = read_schema(files["form.json"])
    outline, bad = read_outline(files["process.bpmn"])
    plays, unplayable = _plays(files)
    problems = [*more, *wrong, *bad, *_tables(files)]
    if spec is None or not schema or problems:
        raise UnreadableBundleError([*problems, *unplayable])
    found = Bundle(files, digest_of(files), spec, tree_of(files["form.json"]), outline, plays)
    problems = [*unplayable, *_enough(spec, plays, outline), *_texts(found)]
    problems += examine_conditions(spec, found.form)
    problems += crossing.examine(spec, found.form, outline, plays, files)
    known = known or Known()
    problems += crossing.examine_known(spec, found.form, outline, known)
    problems += crossing.examine_decisions(outline, files, known.has_decision)
    return Bundle(files, found.digest, spec, found.form, outline, plays, tuple(problems))


def _tables(files: Files) -> Iterable[Problem]:
    """What is wrong with the decision tables; each for itself."""
    for name, text in files.items():
        if name.endswith(".dmn"):
            try:
                read_table(text)
            except UnreadableTableError as error:
                for one in error.problems:
                    yield Problem("MTR-D01", name, f"第 {one.rule} 条 {one.column}" if one.rule else one.column,
                                  f"{one.message}（{one.code}）")  # fmt: skip


def _spec(text: str) -> tuple[MatterSpec | None, list[Problem]]:
    value, problems = read_yaml("matter.yaml", text)
    return (None, problems) if problems else read_spec("matter.yaml", value)


def _plays(files: Files) -> tuple[dict[str, Play], list[Problem]]:
    found: dict[str, Play] = {}
    problems: list[Problem] = []
    for name in sorted(files):
        if not name.startswith("cases/"):
            continue
        value, wrong = read_yaml(name, files[name])
        play: Any = None
        if not wrong:
            play, wrong = read_part(Play, name, value)
        problems += wrong
        if play is not None:
            found[name] = play
    return found, problems


def _enough(spec: MatterSpec, plays: Mapping[str, Play], outline: Outline) -> Iterable[Problem]:
    if len(plays) < LEAST:
        yield Problem("MTR-C01", "cases/", "", f"只有 {len(plays)} 个用例，至少要 {LEAST} 个")
    reached = {play.outcome for play in plays.values()}
    for end in outline.ends:
        if end not in reached:
            name = spec.outcomes[end].name if end in spec.outcomes else end
            yield Problem("MTR-C01", "cases/", "", f"没有用例走到结果“{name}”（{end}）")


def _texts(bundle: Bundle) -> Iterable[Problem]:
    spec, paths = bundle.spec, frozenset(f.dotted for f in bundle.form.every_field())
    yield from examine_text("matter.yaml", "title", spec.title, paths)
    for notice in spec.notices:
        yield from examine_text("matter.yaml", f"notices.{notice.code}.title", notice.title, paths)
        yield from examine_text("matter.yaml", f"notices.{notice.code}.text", notice.text, paths)
    for name, text in bundle.files.items():
        if name.startswith("letters/"):
            yield from examine_text(name, "", text, paths)


_frozen: OrderedDict[str, Bundle] = OrderedDict()
KEPT = 64


def bundle_of_frozen(digest: str, read: Callable[[], Files]) -> Bundle:
    """
    The bundle of a frozen version, parsed once a process and kept by digest.

    :raises UnreadableBundleError: the files are no longer what was frozen
    """
    if digest not in _frozen:
        bundle = bundle_of(read())
        if bundle.digest != digest:
            raise UnreadableBundleError([Problem("MTR-X01", "", "", "内容与冻结时的摘要不同")])
        _frozen[digest] = bundle
        while len(_frozen) > KEPT:
            _frozen.popitem(last=False)
    return _frozen[digest]
