"""Tries to sign in, passwords as they were set, and the other systems that sign people on through us."""

from django.conf import settings
from django.db import models

from yihu.hub.base.history import tracked


class SignInAttempt(models.Model):
    """
    One try to sign in by password.

    `source` is the network of the address (IPv4 whole, IPv6 its /64): what one guesser can hold. A `forgiven` failure
    counts no more.
    """

    at = models.DateTimeField("时间")
    username = models.CharField("账号", max_length=150)
    source = models.CharField("来源", max_length=45)
    address = models.CharField("地址", max_length=45)
    succeeded = models.BooleanField("成功", default=False)
    forgiven = models.BooleanField("已解除", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "登录尝试"
        indexes = [
            models.Index(fields=["username", "-at"], name="identity_attempt_by_name"),  # failures of one account
            models.Index(fields=["source", "-at"], name="identity_attempt_by_source"),  # failures from one place
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.source} {self.at:%Y-%m-%d %H:%M}"


class PasswordRecord(models.Model):
    """
    A password its owner chose, as the hash that was stored.

    The newest tells the age of the password in use; when it is not the one in use, somebody else set that.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField("设置时间")

    class Meta:
        verbose_name = verbose_name_plural = "密码记录"
        indexes = [models.Index(fields=["user", "-set_at"], name="identity_password_newest")]  # age, history

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d %H:%M}"


@tracked()
class ClientRegistration(models.Model):
    """What allauth's client does not hold: who registered it and whether it is disabled."""

    client = models.OneToOneField("allauth_idp_oidc.Client", on_delete=models.CASCADE, related_name="registration")
    purpose = models.CharField("用途", max_length=200, blank=True)
    registered_by = models.CharField("登记人", max_length=150)
    secret_set_at = models.DateTimeField("密钥设置时间")
    disabled_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接入系统"

    def __str__(self) -> str:
        return self.client.name
