"""Tables of the organisation. Days are half-open: from `valid_from` up to, not on, `valid_to`; NULL is open."""

from yihu.hub.foundation.org.models.dated import Dated, in_effect
from yihu.hub.foundation.org.models.duties import Duty, DutyPermission, PostDuty
from yihu.hub.foundation.org.models.grants import Grant
from yihu.hub.foundation.org.models.grids import Grid, GridMember, GridTaxpayer
from yihu.hub.foundation.org.models.holdings import Appointment, Delegation, Leave
from yihu.hub.foundation.org.models.offices import Department, Office, OfficeChange, Post
from yihu.hub.foundation.org.models.people import ActivationCode, User

__all__ = [
    "ActivationCode",
    "Appointment",
    "Dated",
    "Delegation",
    "Department",
    "Duty",
    "DutyPermission",
    "Grant",
    "Grid",
    "GridMember",
    "GridTaxpayer",
    "Leave",
    "Office",
    "OfficeChange",
    "Post",
    "PostDuty",
    "User",
    "in_effect",
]
