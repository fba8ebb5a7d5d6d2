"""Tables of bookings."""

from yihu.hub.subsystems.bookings.models.bookings import Booking
from yihu.hub.subsystems.bookings.models.resources import Resource
from yihu.hub.subsystems.bookings.models.trips import Trip

__all__ = ["Booking", "Resource", "Trip"]
