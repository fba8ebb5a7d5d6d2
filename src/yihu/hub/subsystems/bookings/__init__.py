"""What may be booked for a time: official vehicles and meeting rooms, never twice for the same minute."""
