"""One run of the engine: an instance whose row is locked, its live tokens, and what is still to be moved."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from yihu.hub.centres.workflow.catalogue.graph import Graph, Node
from yihu.hub.centres.workflow.choices import TokenState
from yihu.hub.centres.workflow.models import Instance, Token
from yihu.hub.centres.workflow.selectors.graphs import Drawing, drawing_of
from yihu.hub.foundation.org.api import User


@dataclass
class Run:
    """
    The state of one run. `actor` is None when the clock or another process moved it.

    `people` names who is to handle a node that is reached again after a return, instead of its candidates. `sent_back`
    names, by node, who sent it back there and why. A `nested` run is a called process begun within its caller's run.
    `revision` is that of the data when the run began.
    """

    instance: Instance
    now: datetime
    actor: User | None = None
    channel: str = ""
    tokens: list[Token] = field(default_factory=list)
    queue: deque[Token] = field(default_factory=deque)
    spawned: list["Run"] = field(default_factory=list)
    people: dict[str, list[int]] = field(default_factory=dict)
    sent_back: dict[str, tuple[str, str]] = field(default_factory=dict)
    nested: bool = False
    moves: int = 0
    revision: int = field(init=False)

    def __post_init__(self) -> None:
        self.revision = self.instance.revision

    @classmethod
    def of(cls, instance: Instance, *, now: datetime, actor: User | None = None, channel: str = "") -> "Run":
        """A run on a locked instance, with its live tokens. One query."""
        tokens = list(instance.tokens.exclude(state=TokenState.GONE).order_by("id"))
        for token in tokens:
            token.instance = instance
        return cls(instance, now, actor, channel, tokens)

    @property
    def drawing(self) -> Drawing:
        return drawing_of(self.instance.version)

    @property
    def graph(self) -> Graph:
        return self.drawing.graph

    @property
    def day(self) -> date:
        return timezone.localdate(self.now)

    def node(self, token: Token) -> Node:
        return self.graph.nodes[token.node_id]

    def token(self, token_id: int) -> Token:
        """The live token of an id."""
        return next(t for t in self.tokens if t.pk == token_id)

    def stamp(self) -> int:
        """A number that only grows, for the to-dos of the instance; stored with it."""
        self.instance.stamp += 1
        return self.instance.stamp

    def add_token(self, node_id: str, *, like: Token | None = None, parent: Token | None = None) -> Token:
        """Another token, with the way behind it of `like`."""
        token = Token(instance=self.instance, parent=parent, node_id=node_id)
        if like is not None:
            token.parent, token.outcome = like.parent, like.outcome
        token.save()
        self.tokens.append(token)
        return token

    def enter(self, token: Token, node_id: str, edge_id: str = "") -> None:
        """Move a token to a node; it is worked on in its turn."""
        passed = Counter(self.instance.passed)
        passed[node_id] += 1
        if edge_id:
            passed[edge_id] += 1
        self.instance.passed = dict(passed)
        token.node_id, token.edge_id, token.state = node_id, edge_id, TokenState.WORKING
        self.queue.append(token)

    def rest(self, token: Token, state: TokenState) -> None:
        """A token stays where it is until something happens."""
        token.state = state
        token.save()

    def remove(self, token: Token) -> None:
        """A token is used up."""
        token.state = TokenState.GONE
        token.save()
        self.tokens = [t for t in self.tokens if t is not token]
        self.queue = deque(t for t in self.queue if t is not token)

    def siblings(self, token: Token) -> Iterator[Token]:
        """The other live tokens of the same scope."""
        return (t for t in self.tokens if t is not token and t.parent_id == token.parent_id)

    def inside(self, token: Token) -> list[Token]:
        """The live tokens within the sub-process a token waits at."""
        return [t for t in self.tokens if t.parent_id == token.pk]
