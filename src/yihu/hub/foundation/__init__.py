"""What every office needs before any business: people and offices, and the record of who looked at what."""
