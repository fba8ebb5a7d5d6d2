"""The first ranking: documented expert rules and an unsupervised outlier score, each with its reasons in words."""
