"""
Facts: one row per household of what indicators divide by one another.

Each module turns some snapshot tables into a block keyed by `household_id` (sums are exact decimals or integers, then
float64). The blocks are joined to the households; a household that a block does not know has nulls there.
"""
