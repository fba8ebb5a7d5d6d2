"""What other bands may use of people and offices."""

from yihu.hub.foundation.org.catalogue import Permission, permission_name, permissions, shipped_holders
from yihu.hub.foundation.org.choices import Family, OfficeLevel, ScopeRule, StandardDuty
from yihu.hub.foundation.org.models import Office, User
from yihu.hub.foundation.org.selectors.offices import find_office, has_users
from yihu.hub.foundation.org.services.accounts import create_user
from yihu.hub.foundation.org.services.offices import OfficeSeen, learn_offices, top_office

__all__ = [
    "Family",
    "Office",
    "OfficeLevel",
    "OfficeSeen",
    "Permission",
    "ScopeRule",
    "StandardDuty",
    "User",
    "create_user",
    "find_office",
    "has_users",
    "learn_offices",
    "permission_name",
    "permissions",
    "shipped_holders",
    "top_office",
]
