"""People who sign in, and the codes that open an account for the first time."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from yihu.hub.base.access import Label, Scope
from yihu.hub.base.history import tracked
from yihu.hub.foundation.org.models.actor import Actor
from yihu.hub.foundation.org.models.offices import Office


class UserManager(BaseUserManager["User"]):
    """Makes users; names are compared without regard to letter case."""

    def get_queryset(self) -> models.QuerySet["User"]:
        # Every page names the office beside the person.
        return super().get_queryset().select_related("office")

    def create_user(self, username: str, password: str | None, **fields: Any) -> "User":
        """Without a password nobody can sign in until an activation code has been used."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


@tracked(exclude=("password", "last_login"))
class User(AbstractBaseUser):
    """
    Somebody who signs in. `office` is that of the primary post; what one may do comes from posts and delegations.

    The questions of access (`holds`, `scope`, `clearance`) are answered as of today from one load, kept by this object.
    """

    username = models.CharField("账号", max_length=150, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, verbose_name="机关", related_name="users", db_index=False
    )
    is_active = models.BooleanField("启用", default=True)
    left_on = models.DateField("离岗日", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        constraints = [
            models.UniqueConstraint(models.functions.Lower("username"), name="org_username_any_case"),
        ]
        indexes = [
            models.Index(fields=["office", "username"], name="org_people_of_office"),  # the people list, in its order
            models.Index(fields=["display_name"], name="org_people_by_name", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.display_name}（{self.username}）"

    @property
    def office_title(self) -> str:
        return self.office.name

    @cached_property
    def actor(self) -> Actor:
        """The posts and delegations in effect today: one query, kept until `forget_grants`."""
        return Actor(self.pk, timezone.localdate())

    def forget_grants(self) -> None:
        """Ask the tables again: something changed since this object was loaded."""
        self.__dict__.pop("actor", None)

    def act_as(self, post_id: int) -> None:
        """Act by one post only, for this object's life; a post no longer held changes nothing."""
        self.actor.choose(post_id)

    @property
    def post_title(self) -> str:
        """The present post; several show the chosen or the primary one."""
        return self.actor.title if self.is_active else ""

    def holds(self, permission: str) -> bool:
        """Say whether any post in effect carries a permission; an unknown one is held by nobody."""
        return self.is_active and self.actor.holds(permission)

    def carriers(self, permission: str) -> Iterable[str]:
        """The posts, and whose, by which the permission is held."""
        return self.actor.carriers(permission) if self.is_active else ()

    def scope(self, permission: str) -> Scope:
        """The households within reach by one permission: the union over the posts that carry it."""
        return self.actor.scope(permission) if self.is_active else Scope()

    def reaches(self, permission: str, office: Office) -> bool:
        """Whether an office lies within reach of the posts that carry a permission."""
        return self.is_active and self.actor.reaches(permission, office.path)

    def clearance(self, permission: str) -> Label:
        """The highest label that may be opened by the permission."""
        return self.scope(permission).clearance


class ActivationCode(models.Model):
    """Opens an account once, before it has a password. Only a hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="activation_codes")
    code_hash = models.CharField(max_length=128)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user} {self.issued_at:%Y-%m-%d %H:%M}"
