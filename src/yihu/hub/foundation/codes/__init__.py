"""Code standards: versioned code tables, the work calendar, and checking of numbers."""
