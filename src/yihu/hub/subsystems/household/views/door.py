"""The way into the workbench: its own desk behind the common gate."""

from functools import partial

from yihu.hub.registers.snapshots.gate.door import at_desk as at_any_desk
from yihu.hub.registers.snapshots.gate.door import is_fragment, page
from yihu.hub.subsystems.household.selectors import Desk

__all__ = ["at_desk", "is_fragment", "page"]

at_desk = partial(at_any_desk, kind=Desk)
