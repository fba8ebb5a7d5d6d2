"""Lists of the exchange."""
