"""The tables of the log centre."""

from yihu.hub.foundation.audit.models.oversight import Archive, ArchivedLeaf, VerificationRun, WitnessAccount
from yihu.hub.foundation.audit.models.records import AccessRecord, KnownObject, Pending
from yihu.hub.foundation.audit.models.tree import Head, Leaf, SigningKey, Tile

__all__ = [
    "AccessRecord",
    "Archive",
    "ArchivedLeaf",
    "Head",
    "KnownObject",
    "Leaf",
    "Pending",
    "SigningKey",
    "Tile",
    "VerificationRun",
    "WitnessAccount",
]
