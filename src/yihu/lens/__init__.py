"""Analytics: from source rows to resolved households, indicators, networks and risk."""
