"""What other rooms may use of the exchange."""

from yihu.hub.centres.exchange.catalogue import (
    Link,
    Operation,
    add_event,
    add_link,
    add_operation,
    add_redo,
    add_router,
)
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.selectors.systems import find_system, list_systems, systems_with_lists
from yihu.hub.centres.exchange.services.deliveries import queue_delivery
from yihu.hub.centres.exchange.services.fetching import fetch_list
from yihu.hub.centres.exchange.services.letters import keep_letter, settle_letters
from yihu.hub.centres.exchange.services.problems import RefusedError, UnableToExchangeError
from yihu.hub.centres.exchange.services.signed import Passing, Signed, passing_of
from yihu.hub.centres.exchange.services.terms import url_problem

__all__ = [
    "Link",
    "Operation",
    "OutsideSystem",
    "Passing",
    "RefusedError",
    "Signed",
    "UnableToExchangeError",
    "add_event",
    "add_link",
    "add_operation",
    "add_redo",
    "add_router",
    "fetch_list",
    "find_system",
    "keep_letter",
    "list_systems",
    "passing_of",
    "queue_delivery",
    "settle_letters",
    "systems_with_lists",
    "url_problem",
]
