"""Matters and their frozen versions; drafts, cases, letters and events."""

from yihu.hub.centres.matters.models.bundle_drafts import BundleDraft, BundleFile
from yihu.hub.centres.matters.models.cases import Case, CaseEvent, Letter, NumberSeries
from yihu.hub.centres.matters.models.drafts import Draft
from yihu.hub.centres.matters.models.versions import Matter, MatterVersion

__all__ = [
    "BundleDraft",
    "BundleFile",
    "Case",
    "CaseEvent",
    "Draft",
    "Letter",
    "Matter",
    "MatterVersion",
    "NumberSeries",
]
