"""Examining a process against what exists here."""

from collections.abc import Callable, Mapping
from typing import Any

from yihu.hub.centres.workflow.catalogue.linting import Known, lint
from yihu.hub.centres.workflow.catalogue.problems import MalformedProcessError, Problem
from yihu.hub.centres.workflow.catalogue.reading import read_process
from yihu.hub.centres.workflow.catalogue.registries import candidates, find_decision, services
from yihu.hub.centres.workflow.models import ProcessVersion
from yihu.hub.centres.workflow.selectors.strategies import strategy_problems


def examine_process(
    xml: str,
    *,
    roles: Mapping[str, Any] | None = None,
    handlers: Callable[[str], bool] | None = None,
    decisions: Callable[[str], bool] | None = None,
) -> list[Problem]:
    """
    Everything that is wrong with a process; an empty list means that it can be frozen.

    :param roles: lane → strategy; without them it is not asked who handles a lane
    :param handlers: which handlers exist; the registered ones when left out
    :param decisions: which decisions exist; the registered ones when left out
    """
    try:
        graph = read_process(xml)
    except MalformedProcessError as error:
        return error.problems
    known = Known(
        roles=roles,
        strategy=lambda strategy: strategy_problems(strategy, functions=candidates),
        handler=handlers or (lambda key: key in services),
        decision=decisions or (lambda key: find_decision(key) is not None),
        process=lambda key: ProcessVersion.objects.filter(key=key).exists(),
    )
    return lint(graph, known)
