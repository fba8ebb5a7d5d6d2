"""Everything of the organisation that falls due on a day."""

from datetime import datetime

from yihu.hub.foundation.org.services.appointments import settle_home_offices
from yihu.hub.foundation.org.services.leaving import shut_accounts_of_leavers
from yihu.hub.foundation.org.services.offices import apply_due_changes
from yihu.hub.foundation.org.services.permits import day_of


def carry_out_due(*, now: datetime) -> dict[str, int]:
    """Carry out what is due, and say how much of each; what was done is not done again."""
    return {
        "offices": apply_due_changes(now=now),
        "leavers": shut_accounts_of_leavers(now=now),
        "moved": settle_home_offices(today=day_of(now)),
    }
