"""What other bands may use of people and offices."""

from yihu.hub.foundation.org.catalogue import Permission, permission_name, permissions, shipped_holders
from yihu.hub.foundation.org.choices import Family, OfficeLevel, ScopeRule, StandardDuty
from yihu.hub.foundation.org.models import Delegation, Office, User
from yihu.hub.foundation.org.selectors.able import Holder, is_duty, list_able, list_away, list_keepers
from yihu.hub.foundation.org.selectors.offices import (
    find_office,
    get_office,
    has_users,
    list_duties,
    list_offices,
)
from yihu.hub.foundation.org.selectors.people import (
    history_of,
    is_away,
    list_delegations,
    list_holdings,
    list_people,
    stand_ins_of,
)
from yihu.hub.foundation.org.selectors.reach import within
from yihu.hub.foundation.org.services.accounts import create_user
from yihu.hub.foundation.org.services.daily import carry_out_due
from yihu.hub.foundation.org.services.grids import find_taxpayers_by
from yihu.hub.foundation.org.services.learning import OfficeSeen, learn_offices, top_office
from yihu.hub.foundation.org.services.leave import UnableToTakeLeaveError, check_free, take_leave
from yihu.hub.foundation.org.services.leaving import when_leaving
from yihu.hub.foundation.org.services.people import UnableToActivateError, use_activation_code
from yihu.hub.foundation.org.services.stage import OfficeOnStage, put_on_stage

__all__ = [
    "Delegation",
    "Family",
    "Holder",
    "Office",
    "OfficeLevel",
    "OfficeOnStage",
    "OfficeSeen",
    "Permission",
    "ScopeRule",
    "StandardDuty",
    "UnableToActivateError",
    "UnableToTakeLeaveError",
    "User",
    "carry_out_due",
    "check_free",
    "create_user",
    "find_office",
    "find_taxpayers_by",
    "get_office",
    "has_users",
    "history_of",
    "is_away",
    "is_duty",
    "learn_offices",
    "list_able",
    "list_away",
    "list_delegations",
    "list_duties",
    "list_holdings",
    "list_keepers",
    "list_offices",
    "list_people",
    "permission_name",
    "permissions",
    "put_on_stage",
    "shipped_holders",
    "stand_ins_of",
    "take_leave",
    "top_office",
    "use_activation_code",
    "when_leaving",
    "within",
]
