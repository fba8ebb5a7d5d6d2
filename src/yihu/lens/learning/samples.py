"""What is learned from: one row a case, with its label and what must not be torn apart when it is split."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """
    Labelled cases.

    :param features: one column a feature, numbers or categories (dtype category or object); NaN is unknown
    :param labels: bool [n], True for what is looked for
    :param groups: [n] what one case shares with others (household, graph, importer): never on both sides of a split
    :param times: [n] when the label could first be known, for splits by time; None when nothing is dated
    :param known_at: feature -> [n] when its figure was known; one dated later than the label is a leak
    """

    name: str
    features: pd.DataFrame
    labels: BoolArray
    groups: npt.NDArray[np.generic] | None = None
    times: npt.NDArray[np.datetime64] | None = None
    known_at: dict[str, npt.NDArray[np.datetime64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lengths = {len(self.features), len(self.labels)}
        lengths |= {len(part) for part in (self.groups, self.times, *self.known_at.values()) if part is not None}
        if len(lengths) != 1:
            raise ValueError(f"{self.name}: features, labels, groups and times differ in length: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def names(self) -> list[str]:
        return [str(column) for column in self.features.columns]

    def keep(self, rows: npt.NDArray[np.intp] | BoolArray) -> "Sample":
        """The same sample with some of its rows only."""
        return Sample(
            self.name,
            self.features.iloc[rows] if rows.dtype != bool else self.features[rows],
            self.labels[rows],
            None if self.groups is None else self.groups[rows],
            None if self.times is None else self.times[rows],
            {name: at[rows] for name, at in self.known_at.items()},
        )

    def without(self, names: Sequence[str]) -> "Sample":
        """The same cases without some features."""
        rest = {name: at for name, at in self.known_at.items() if name not in names}
        return Sample(
            self.name, self.features.drop(columns=list(names)), self.labels, self.groups, self.times, rest
        )  # fmt: skip

    def with_copies_together(self) -> "Sample":
        """The same cases, those with equal figures in one group: a copy of a case on the other side would be known."""
        texts = self.features.astype("string").fillna("")
        return Sample(
            self.name, self.features, self.labels, pd.factorize(pd.util.hash_pandas_object(texts, index=False))[0],
            self.times, self.known_at,
        )  # fmt: skip

    def settled(self) -> "Sample":
        """The same sample with its texts as categories, so that each part of it numbers them alike."""
        texts = [n for n in self.features if not pd.api.types.is_numeric_dtype(self.features[n])]
        kinds = {n: pd.CategoricalDtype(sorted(self.features[n].dropna().astype(str).unique())) for n in texts}
        settled = self.features.assign(**{n: self.features[n].astype("string").astype(k) for n, k in kinds.items()})
        return Sample(self.name, settled, self.labels, self.groups, self.times, self.known_at)

    def fingerprint(self) -> str:
        """SHA-256 over names, kinds and values in order: the same data give the same print, on any machine."""
        digest = hashlib.sha256(self.name.encode())
        for column in self.features.columns:
            values = self.features[column]
            digest.update(f"\x1f{column}\x1f{values.dtype.kind if hasattr(values.dtype, 'kind') else 'O'}".encode())
            digest.update(pd.util.hash_pandas_object(values.reset_index(drop=True), index=False).to_numpy().tobytes())
        digest.update(self.labels.tobytes())
        return digest.hexdigest()


def as_matrix(features: pd.DataFrame) -> tuple[FloatArray, list[int]]:
    """
    Features as float64 [n, features], unknown as NaN, and the places of the categories, given by their numbers.

    Texts are numbered by what stands in these rows: settle a sample before parts of it are compared.
    """
    columns, categories = [], []
    for place, name in enumerate(features.columns):
        values = features[name]
        if pd.api.types.is_numeric_dtype(values):
            columns.append(values.to_numpy(np.float64, na_value=np.nan))
            continue
        categories.append(place)
        codes = values.astype("category").cat.codes.to_numpy(np.float64)
        columns.append(np.where(codes < 0, np.nan, codes))
    return (np.column_stack(columns) if columns else np.empty((len(features), 0))), categories
