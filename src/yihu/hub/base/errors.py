"""Refusals of the verbs: each service names its own below these."""


class UnableTo(Exception):  # noqa: N818 (subclasses carry the Error suffix)
    """A verb was refused; the text is what the user reads: what, why, and what to do."""
