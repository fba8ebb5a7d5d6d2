"""What other bands may use of people and offices."""

from yihu.hub.foundation.org.choices import Kind, permission_table
from yihu.hub.foundation.org.models import Office, User
from yihu.hub.foundation.org.selectors import find_office, has_users
from yihu.hub.foundation.org.services import OfficeSeen, create_user, learn_offices

__all__ = [
    "Kind",
    "Office",
    "OfficeSeen",
    "User",
    "create_user",
    "find_office",
    "has_users",
    "learn_offices",
    "permission_table",
]
