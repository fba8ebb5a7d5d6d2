"""Versions of models, trainings, and what was measured of them since."""

from yihu.hub.centres.modelhub.models.readings import Reading
from yihu.hub.centres.modelhub.models.runs import TrainingRun
from yihu.hub.centres.modelhub.models.versions import ModelVersion

__all__ = ["ModelVersion", "Reading", "TrainingRun"]
