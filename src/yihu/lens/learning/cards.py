"""What is written about a model, so that a second person can judge it without running it."""

from dataclasses import dataclass

from pydantic import TypeAdapter

OVERALL = "all"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its 95 % interval; None where nothing could be measured."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose probability lies together: how many, what was said on average, what share was confirmed."""

    n: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class LearnedFeature:
    """
    One feature of the training.

    :param digest: of its definition (unit, window, formula); another definition under the same code is another feature
    :param monotone: 1: a rise never lowers the probability, -1: never raises it, 0: free; `reason` says why
    :param changeable: whether a taxpayer can change the figure by acting otherwise; counterfactuals touch no other
    """

    code: str
    zh: str
    unit: str
    digest: str
    monotone: int = 0
    reason: str = ""
    changeable: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """
    Measures of one head on cases it had not seen, weighted to the population of households.

    :param split: ``out_of_household`` (folds by household) or ``out_of_time`` (later inspections, households not seen)
    :param precision_at_capacity: share confirmed among the `capacity` highest of the inspected cases
    """

    split: str
    n: int
    positives: int
    base_rate: float
    average_precision: Figure
    auc: Figure
    brier: float | None
    calibration_error: float | None
    capacity: int
    precision_at_capacity: Figure
    recall_at_capacity: Figure
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """One thing that is told apart: ``all``, or one scheme. `why_not` (Chinese) says why it was not learned."""

    scheme: str
    zh: str
    n: int
    positives: int
    learned: bool
    why_not: str = ""
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class AmountHead:
    """
    What an inspection brings that finds something, in yuan, told of households that the trees had not seen.

    :param n: confirmed cases whose amount is known; `why_not` (Chinese) says why nothing was learned from them
    :param factor: by which the trees' sum over those households fell short; what is said holds it
    :param mean: of the amounts found; `bins`: groups by what was said, with means of what was said and found
    :param rank_correlation: Spearman's, of what was said and what was found
    :param reached: of all amounts due, the share within capacity by expected amount, and `reached_by_probability`
    """

    n: int
    capacity: int
    why_not: str = ""
    factor: float = 1.0
    mean: float | None = None
    bins: tuple[Bin, ...] = ()
    rank_correlation: Figure = Figure(None)
    reached: Figure = Figure(None)
    reached_by_probability: Figure = Figure(None)


@dataclass(frozen=True, slots=True)
class FairnessRow:
    """
    How one group fares, on cases not seen: `dimension` is size, region or industry.

    :param flagged_share: of the inspected of the group, those at or above the threshold
    :param precision: of those flagged, the confirmed
    :param false_positive_rate: of the cleared, those flagged
    """

    dimension: str
    value: str
    zh: str
    n: int
    positives: int
    base_rate: float
    flagged_share: float
    precision: Figure
    false_positive_rate: Figure


@dataclass(frozen=True, slots=True)
class LeakFinding:
    """One finding of the leakage check; see `leakage`."""

    code: str
    features: tuple[str, ...]
    text: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """
    How it was handled that only inspected households have labels.

    :param method: a name of `selection.METHODS`
    :param assumption: in words (Chinese), to be read by the person who approves
    :param inspected: cases by who selected them (RANDOM, RULE, OFFICER, REFERRAL)
    :param propensity_auc: how well being inspected can be foretold from the features; 0.5 is by lot
    """

    method: str
    assumption: str
    inspected: dict[str, int]
    propensity_auc: float | None
    largest_weight: float
    unlabelled: int


@dataclass(frozen=True, slots=True)
class ModelCard:
    """
    Everything that is said of one model. Dates and instants are ISO texts.

    :param snapshots: ids of the snapshots whose figures were learned from, earliest first
    :param as_of: the last day of those snapshots
    :param label_from, label_until: inspections opened within (and closed by the end of) this stretch gave the labels
    :param data_fingerprint: SHA-256 over every figure, label, group and weight
    :param capacity: households an office can look at; `threshold` is the probability at which so many are flagged
    :param amounts: None on the card of a model that was trained before amounts were learned
    :param files: SHA-256 of every other file of the model
    """

    made_at: str
    code_version: str
    libraries: dict[str, str]
    seed: int
    snapshots: tuple[str, ...]
    as_of: str
    label_from: str
    label_until: str
    data_fingerprint: str
    label_counts: dict[str, int]
    base_rate: float
    features: tuple[LearnedFeature, ...]
    heads: tuple[Head, ...]
    split: str
    selection: Selection
    noise: str
    leaks: tuple[LeakFinding, ...]
    fairness: tuple[FairnessRow, ...]
    capacity: int
    threshold: float
    limits: tuple[str, ...]
    files: dict[str, str]
    amounts: AmountHead | None = None
    model_id: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the features in the order of the training."""
        return tuple(f.code for f in self.features)

    @property
    def overall(self) -> Head:
        """The head that ranks: is there anything to find at all."""
        return next(h for h in self.heads if h.scheme == OVERALL)

    @property
    def tells_amounts(self) -> bool:
        """Whether the model says what an inspection would bring."""
        return self.amounts is not None and not self.amounts.why_not

    @property
    def learned_schemes(self) -> tuple[str, ...]:
        """Schemes with a head of their own."""
        return tuple(h.scheme for h in self.heads if h.learned and h.scheme != OVERALL)


CARD = TypeAdapter(ModelCard)
"""Reads and writes cards as JSON."""
