"""Reads of offices and of who there is."""

from yihu.hub.foundation.org.models import Office, User


def has_users() -> bool:
    """Say whether any account exists."""
    return User.objects.exists()


def find_office(code: str) -> Office | None:
    """The office of a code."""
    return Office.objects.filter(code=code).first()
