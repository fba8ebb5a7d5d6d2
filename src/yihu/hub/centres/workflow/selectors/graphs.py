"""The graph of a version, read once a process."""

from dataclasses import dataclass
from functools import lru_cache

from yihu.hub.centres.workflow.catalogue.graph import Graph
from yihu.hub.centres.workflow.catalogue.reading import read_process
from yihu.hub.centres.workflow.catalogue.structure import Structure, structure_of
from yihu.hub.centres.workflow.models import ProcessVersion


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the engine works on."""

    graph: Graph
    structure: Structure


@lru_cache(256)
def _read(version_id: int, digest: str) -> Drawing:
    graph = read_process(ProcessVersion.objects.values_list("xml", flat=True).get(pk=version_id))
    return Drawing(graph, structure_of(graph))


def drawing_of(version: ProcessVersion) -> Drawing:
    """The parsed process; a version never changes, so it is kept by its digest."""
    return _read(version.pk, version.digest)


def get_version(key: str, number: int | None = None) -> ProcessVersion | None:
    """One version, or the newest."""
    rows = ProcessVersion.objects.filter(key=key)
    return rows.filter(number=number).first() if number else rows.order_by("-number").first()
