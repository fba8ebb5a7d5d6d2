"""A draft's files, what is wrong with them, and what they would change."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from yihu.hub.centres.matters.catalogue.bundle import bundle_of
from yihu.hub.centres.matters.catalogue.designing.differences import Difference, differ
from yihu.hub.centres.matters.catalogue.designing.drawing import read_drawn
from yihu.hub.centres.matters.catalogue.files import Files
from yihu.hub.centres.matters.catalogue.problems import Problem, UnreadableBundleError
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml
from yihu.hub.centres.matters.choices import VersionState
from yihu.hub.centres.matters.models import BundleDraft, MatterVersion
from yihu.hub.centres.matters.selectors.designing.conditions import judge_condition
from yihu.hub.centres.matters.selectors.designing.words import process_words
from yihu.hub.centres.matters.selectors.known import known
from yihu.hub.centres.workflow import api as workflow

# What the workflow centre says of a text that is no process at all; anything else is a fault of a readable one.
UNREADABLE = ("BPM-20", "BPM-210", "BPM-211", "BPM-212")


@dataclass(frozen=True, slots=True)
class ElementProblem(Problem):
    """A fault of an element of the process; `element` is its id."""

    element: str = ""

    @property
    def advice(self) -> str:
        return ""


def list_drafts() -> QuerySet[BundleDraft]:
    """All drafts, open ones first, the newest first."""
    return BundleDraft.objects.select_related("created_by", "submitted_by", "reviewed_by").defer("played")


def list_startable() -> QuerySet[MatterVersion]:
    """The newest published version of each matter that nobody drafts at present."""
    newest = MatterVersion.objects.filter(matter=OuterRef("matter"), state=VersionState.PUBLISHED)
    newest = newest.order_by("-valid_from", "-pk").values("pk")[:1]
    open_ones = BundleDraft.objects.filter(
        family=OuterRef("matter__family"), code=OuterRef("matter__code"), state__in=["DRAFT", "IN_REVIEW"]
    )
    rows = MatterVersion.objects.filter(pk=Subquery(newest)).exclude(Exists(open_ones)).defer("files", "played")
    return rows.select_related("matter").order_by("matter__family", "name")


def files_of(draft: BundleDraft) -> dict[str, str]:
    return dict(draft.files.values_list("name", "text"))


def base_files(draft: BundleDraft) -> Files:
    """The files of the version a draft began with; none for a new matter."""
    if not draft.base_digest:
        return {}
    versions = MatterVersion.objects.filter(matter__family=draft.family, matter__code=draft.code)
    return versions.filter(digest=draft.base_digest).values_list("files", flat=True).first() or {}


def difference_of(draft: BundleDraft) -> Difference:
    """From the version a draft began with to the draft as it is."""
    return differ(base_files(draft), files_of(draft), process_words())


def examine_files(files: Files) -> list[Problem]:
    """Everything wrong with a set of files: as a bundle, and of the process what the engine says."""
    try:
        found: Iterable[Problem] = bundle_of(files, known()).problems
    except UnreadableBundleError as error:
        found = error.problems
    # Handlers that are not there are named by the engine, with the element.
    found = [one for one in found if (one.code, one.file) != ("MTR-X02", "process.bpmn")]
    process = files.get("process.bpmn", "")
    return [*found, *(examine_process(process, files) if process else ())]


def examine_process(xml: str, files: Files) -> list[Problem]:
    """What the engine says of a process, and of its conditions what the form of the draft does not have."""
    # Without roles at all the manifest is what is wrong; tables come with the bundle.
    engine = workflow.examine_process(xml, roles=roles_of(files) or None, decisions=lambda key: f"{key}.dmn" in files)
    found = [_of_engine(one) for one in engine]
    told = {one.element for one in found}
    for drawn in read_drawn(xml).values():
        if "condition" in drawn.said and drawn.id not in told:
            sound, message = judge_condition(drawn.said["condition"], files.get("form.json", ""))
            if not sound:
                found.append(ElementProblem("MTR-E01", "process.bpmn", drawn.id, message, True, drawn.id))
    return [*found]


def refused_process(xml: str) -> list[Problem]:
    """Why a text cannot even be opened as a process; empty when it can."""
    found = [one for one in workflow.examine_process(xml) if one.code.startswith(UNREADABLE)]
    return [_of_engine(one) for one in found]


def _of_engine(one: workflow.Problem) -> ElementProblem:
    return ElementProblem(one.code, "process.bpmn", one.element_id, one.message, True, one.element_id)


def roles_of(files: Files) -> dict[str, dict[str, object]]:
    """Lane → strategy as the manifest says; empty when it cannot be read."""
    value, problems = read_yaml("matter.yaml", files.get("matter.yaml", ""))
    roles = value.get("roles") if not problems else None
    return roles if isinstance(roles, dict) else {}
