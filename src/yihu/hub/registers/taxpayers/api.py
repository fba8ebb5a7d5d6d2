"""What other bands may use of the register of taxpayers."""

from yihu.hub.registers.taxpayers.selectors import (
    find_taxpayer,
    households_above,
    knows_household,
    labels_of,
    last_refresh,
    list_taxpayers,
)
from yihu.hub.registers.taxpayers.services import (
    UnableToLabelError,
    put_taxpayer_on_stage,
    refresh_register,
    set_label,
)

__all__ = [
    "UnableToLabelError",
    "find_taxpayer",
    "households_above",
    "knows_household",
    "labels_of",
    "last_refresh",
    "list_taxpayers",
    "put_taxpayer_on_stage",
    "refresh_register",
    "set_label",
]
