"""Lists of the tasks centre as data."""
