"""Columns as axes of classes that the same rules accept, and the search for boxes that no rule accepts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from yihu.kit.decisions.lattice import Column, Segment
from yihu.kit.decisions.ranges import merged
from yihu.kit.feel import UnaryTests

MAX_STEPS = 200_000
DAYS = "有效日期"


@dataclass(frozen=True, slots=True)
class Class:
    """Classes of one column that the same rules accept."""

    rules: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    label: str
    classes: tuple[Class, ...]
    order: Mapping[str, int] = field(default_factory=dict)
    """By text, where a segment stands in the column."""
    unknown: int = 0
    """The rules that accept null."""

    def of_rule(self, bit: int) -> "Axis":
        """The classes that one rule accepts, null among them."""
        wanted = tuple(one for one in self.classes if one.rules & bit)
        return replace(self, classes=(*wanted, Class(self.unknown, ())) if self.unknown & bit else wanted)

    def described(self, segments: Iterable[Segment]) -> list[str]:
        """Segments as the unary tests that people would write."""
        return merged([one.text for one in sorted(segments, key=lambda one: self.order[one.text])])


def axis_of(label: str, column: Column, allowed: UnaryTests | None, wanted: Callable[[Segment], bool]) -> Axis:
    """The classes of a column, but for those that are not allowed or not wanted."""
    together: dict[int, list[Segment]] = {}
    segments = [one for one in column.classes() if wanted(one)]
    for one in segments:
        if allowed is None or allowed.evaluate(one.example) is True:
            together.setdefault(one.rules, []).append(one)
    classes = tuple(Class(rules, tuple(found)) for rules, found in together.items())
    unknown = 0 if label == DAYS else column.unknown.rules
    return Axis(label, classes, {one.text: place for place, one in enumerate(segments)}, unknown)


class Search:
    """Walks products of classes in which none of `wanted` rules lives, within `MAX_STEPS`."""

    def __init__(self, axes: Sequence[Axis], wanted: int) -> None:
        self.axes, self.wanted, self.steps, self.exhausted = axes, wanted, MAX_STEPS, False
        # Rules that accept all classes of the columns from here on: once one of them lives, nothing is uncovered.
        self.careless = [0] * (len(axes) + 1)
        self.careless[len(axes)] = wanted
        for place in range(len(axes) - 1, -1, -1):
            everywhere = self.careless[place + 1]
            for one in axes[place].classes:
                everywhere &= one.rules
            self.careless[place] = everywhere

    def uncovered(self, most: int) -> list[list[Class]]:
        """Up to `most` products that no wanted rule accepts; `exhausted` says when the search was cut short."""
        return [box for _, box in zip(range(most), self._walk(0, self.wanted, []), strict=False)]

    def _walk(self, place: int, alive: int, box: list[Class]) -> Iterator[list[Class]]:
        """A box that is shorter than the columns leaves the rest free."""
        if not alive:
            yield box
        if not alive or alive & self.careless[place] or self.exhausted:
            return
        self.steps -= len(self.axes[place].classes)
        if self.steps < 0:
            self.exhausted = True
            return
        dead = [one for one in self.axes[place].classes if not alive & one.rules]
        if dead:
            yield [*box, Class(0, tuple(s for one in dead for s in one.segments))]
        for one in self.axes[place].classes:
            if alive & one.rules:
                yield from self._walk(place + 1, alive & one.rules, [*box, one])
