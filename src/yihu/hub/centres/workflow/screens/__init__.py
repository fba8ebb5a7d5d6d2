"""Lists of processes."""
