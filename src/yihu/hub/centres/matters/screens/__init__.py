"""Lists of the matter centre as data."""
