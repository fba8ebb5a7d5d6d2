"""Offices, users, and tries to sign in."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from yihu.hub.base.access import Scope
from yihu.hub.foundation.org.choices import Kind, permission_table


class Office(models.Model):
    """
    A tax office.

    `code` is the office code households carry. `division_code` is the prefix of the administrative divisions it
    answers for, "" for everywhere. A bureau (`is_bureau`) has no households of its own: it answers for a division.
    """

    code = models.CharField("机关代码", max_length=30, unique=True)
    name = models.CharField("机关名称", max_length=100)
    division_code = models.CharField("行政区划", max_length=12, blank=True)
    is_bureau = models.BooleanField("按区划管户", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "税务机关"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class UserManager(BaseUserManager["User"]):
    """Makes users; names are compared without regard to letter case."""

    def get_queryset(self) -> models.QuerySet["User"]:
        # Every page names the office beside the person.
        return super().get_queryset().select_related("office")

    def create_user(self, username: str, password: str, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in. One post and one office each."""

    username = models.CharField("账号", max_length=150, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    kind = models.CharField("岗位", max_length=20, choices=Kind.choices)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, verbose_name="机关", related_name="users")
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        constraints = [
            models.UniqueConstraint(models.functions.Lower("username"), name="org_username_any_case"),
        ]

    def __str__(self) -> str:
        return f"{self.display_name}（{self.username}）"

    @property
    def office_title(self) -> str:
        return self.office.name

    def holds(self, permission: str) -> bool:
        """Say whether the post holds a permission; an unknown one is held by nobody."""
        return self.is_active and self.kind in permission_table().get(permission, ())

    def scope(self) -> Scope:
        """
        The households of this post: an officer's office; a chief's office and its division; a director's
        division; an auditor everything; an operator none.
        """
        office = self.office
        division = (office.division_code,) if office.division_code else ()
        if self.kind == Kind.AUDITOR:
            return Scope(everything=True)
        if self.kind == Kind.OPERATOR:
            return Scope()
        if office.is_bureau:
            return Scope(divisions=division, everything=not division)
        if self.kind == Kind.OFFICER:
            return Scope(offices=(office.code,))
        return Scope(offices=(office.code,), divisions=division)


class SignInAttempt(models.Model):
    """One try to sign in, counted to lock out guessing."""

    at = models.DateTimeField(auto_now_add=True)
    username = models.CharField(max_length=150)
    address = models.CharField(max_length=45)
    succeeded = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["username", "-at"], name="org_attempt_by_name"),  # failures of one account
            models.Index(fields=["address", "-at"], name="org_attempt_by_address"),  # failures from one place
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"
