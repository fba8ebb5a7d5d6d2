"""Settings, root addresses, starting and stopping."""
