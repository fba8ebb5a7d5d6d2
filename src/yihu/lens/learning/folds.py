"""Splits that do not let a model see its examination: by group, and forward in time."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from yihu.lens.learning.samples import Sample

Rows = npt.NDArray[np.intp]


def group_folds(sample: Sample, *, folds: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """
    Pairs (train, test) in which every row is tested once, no group stands on both sides, and labels are shared out.

    Without groups each row is its own.

    :raises ValueError: fewer cases of a label than folds
    """
    rarest = int(min(sample.labels.sum(), (~sample.labels).sum()))
    if rarest < folds:
        raise ValueError(f"{sample.name}: {folds} folds asked for, but one label has {rarest} cases only")
    groups = np.arange(len(sample)) if sample.groups is None else sample.groups
    splitter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    yield from splitter.split(np.zeros(len(sample)), sample.labels, groups)


def later_rows(sample: Sample, *, share: float) -> tuple[Rows, Rows]:
    """
    (train, test): the last `share` of the cases by time are tested, groups seen before them are taken out of the test.

    :raises ValueError: nothing is dated
    """
    if sample.times is None:
        raise ValueError(f"{sample.name}: nothing is dated, there is no later part")
    cut = np.sort(sample.times)[int(len(sample) * (1 - share))]
    train, test = np.flatnonzero(sample.times < cut), np.flatnonzero(sample.times >= cut)
    if sample.groups is not None:
        test = test[~np.isin(sample.groups[test], sample.groups[train])]
    return train, test
