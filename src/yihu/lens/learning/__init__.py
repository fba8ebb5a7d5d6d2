"""Learning from labelled households: samples, honest splits, leaks, boosted trees, calibration, measures."""
