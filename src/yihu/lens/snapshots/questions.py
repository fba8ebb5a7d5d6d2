"""What every group of questions needs of the snapshot it is asked of."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yihu.lens.home import Home

if TYPE_CHECKING:
    from yihu.lens.network.trace import Network


class Questions(ABC):
    """The ground under the readers: run SQL of our own, reach the network and the home."""

    home: Home
    id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    @abstractmethod
    def network(self) -> "Network":
        """The trading network, memory-mapped."""

    @abstractmethod
    def rows(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Rows as dictionaries."""

    @abstractmethod
    def tokens(self, text: str) -> dict[str, str]:
        """The tokens of a number somebody typed, by kind."""

    @abstractmethod
    def row(self, sql: str, params: Sequence[object] = ()) -> dict[str, Any] | None:
        """The first row, or None."""
