"""Forms as they are asked for on a page."""
