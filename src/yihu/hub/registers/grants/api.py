"""What other bands may use of the register of grants."""

from yihu.hub.registers.grants.choices import EntryState, QuotaKind
from yihu.hub.registers.grants.selectors import Grants, grants_of, quota_on, standing_quota
from yihu.hub.registers.grants.services import (
    UnableToGrantError,
    grant_deferral,
    grant_quota,
    months_after,
    record_change,
)

__all__ = [
    "EntryState",
    "Grants",
    "QuotaKind",
    "UnableToGrantError",
    "grant_deferral",
    "grant_quota",
    "grants_of",
    "months_after",
    "quota_on",
    "record_change",
    "standing_quota",
]
