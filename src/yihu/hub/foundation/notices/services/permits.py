"""A permission that belongs to no office."""

from yihu.hub.foundation.org.api import User, permission_name
from yihu.hub.foundation.org.services.permits import OutOfReachError


def permit_anywhere(actor: User | None, permission: str) -> None:
    """
    Refuse an actor whose posts do not carry the permission.

    :param actor: None for the machine itself
    :raises OutOfReachError: no such permission
    """
    if actor is not None and not actor.holds(permission):
        raise OutOfReachError(f"您的岗位没有“{permission_name(permission)}”的权限，请联系管理员")
