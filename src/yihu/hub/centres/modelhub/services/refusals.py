"""What the verbs of the model centre refuse."""

from yihu.hub.base.errors import UnableTo


class UnableToTrainError(UnableTo):
    """A training cannot begin or be stopped (MODEL-C01…C03)."""


class UnableToDecideError(UnableTo):
    """A step is not open in this state or not to this person (MODEL-C04…C10)."""


class StoppedError(Exception):
    """Somebody asked the training to stop."""
