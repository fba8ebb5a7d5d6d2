"""Where the shapes of a drawing stand, and how lines run between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Point = tuple[int, int]
EVENT, MARGIN, STEP, INNER = 36, 25, 40, 66


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> Point:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


def boundary_boxes(edges: Mapping[str, str], boxes: Mapping[str, Box]) -> dict[str, Box]:
    """Boundary events (event → host) on the lower edge of their hosts, the first at the right."""
    found: dict[str, Box] = {}
    for event, host in edges.items():
        if host in boxes:
            on = boxes[host]
            beside = sum(1 for other in found if edges[other] == host)
            x = on.right - EVENT - 12 - beside * (EVENT + 6)
            found[event] = Box(x, on.bottom - EVENT // 2, EVENT, EVENT)
    return found


def inner_size(sizes: Sequence[Point | None]) -> Point:
    """How large a sub-process is, drawn open with its nodes in one line."""
    widths = [size[0] for size in sizes if size]
    return 2 * MARGIN + sum(widths) + STEP * max(len(widths) - 1, 0), 110


def inner_boxes(sizes: Mapping[str, Point], around: Box) -> dict[str, Box]:
    """The nodes of a sub-process from left to right, below its name."""
    found, x, middle = {}, around.x + MARGIN, around.middle[1] + 8
    for node, (width, height) in sizes.items():
        low = min(height, INNER)
        found[node] = Box(x, middle - low // 2, width, low)
        x += width + STEP
    return found


def way(one: Box, other: Box) -> list[Point]:
    """Right angles: straight ahead within a row, down or up between rows, underneath for ways back."""
    (x1, y1), (x2, y2) = one.middle, other.middle
    if other.x >= one.right:
        if y1 == y2:
            return [(one.right, y1), (other.x, y2)]
        if one.width == 50:
            edge = one.bottom if y2 > y1 else one.y
            return [(x1, edge), (x1, y2), (other.x, y2)]
        turn = other.x - 20
        return [(one.right, y1), (turn, y1), (turn, y2), (other.x, y2)]
    if x1 == x2:
        return [(x1, one.bottom), (x2, other.y)] if y2 > y1 else [(x1, one.y), (x2, other.bottom)]
    low = max(one.bottom, other.bottom) + 14
    return [(x1, one.bottom), (x1, low), (x2, low), (x2, other.bottom)]


def way_down(one: Box, other: Box) -> list[Point]:
    """From an event on a lower edge: down, then across; underneath when the other stands beside or behind."""
    (x1, _), (x2, y2) = one.middle, other.middle
    if other.x >= one.right and y2 > one.bottom:
        return [(x1, one.bottom), (x1, y2), (other.x, y2)]
    low = max(one.bottom, other.bottom if abs(y2 - one.y) < STEP * 2 else one.bottom) + 8
    return [(x1, one.bottom), (x1, low), (x2, low), (x2, other.bottom if other.bottom < low else other.y)]
