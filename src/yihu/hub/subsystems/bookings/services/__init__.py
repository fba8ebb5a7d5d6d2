"""The verbs of bookings."""
