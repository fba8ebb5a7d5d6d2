"""What Django does not ask of a password: kinds of characters, and not an old one again."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from yihu.hub.foundation.identity.models import PasswordRecord

FEW_KINDS, MANY_KINDS = 2, 3


def kinds_of(password: str) -> int:
    """How many of: small letters, capitals, digits, anything else."""
    tests = (str.islower, str.isupper, str.isdigit, lambda c: not (c.islower() or c.isupper() or c.isdigit()))
    return sum(any(test(character) for character in password) for test in tests)


def password_rules() -> list[str]:
    """What is asked of a password, one sentence each."""
    return [
        f"至少 {settings.PASSWORD_SHORTEST} 位，含大写、小写、数字、符号中的至少三类；",
        f"或者至少 {settings.PASSWORD_LONG} 位，含其中两类，例如几个不相干的词用横线连起来；",
        "不能是常见密码，也不能与账号、姓名相近；",
        f"不能与最近 {settings.PASSWORD_HISTORY} 次用过的密码相同，{settings.PASSWORD_DAYS} 天后须更换。",
    ]


class LengthValidator:
    """Django's words for this are not translated."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < settings.PASSWORD_SHORTEST:
            raise ValidationError(f"密码至少 {settings.PASSWORD_SHORTEST} 位。", code="password_too_short")

    def get_help_text(self) -> str:
        return f"至少 {settings.PASSWORD_SHORTEST} 位。"


class KindsValidator:
    """Three kinds of characters, or two in a long password."""

    def validate(self, password: str, user: Any = None) -> None:
        needed = FEW_KINDS if len(password) >= settings.PASSWORD_LONG else MANY_KINDS
        if kinds_of(password) < needed:
            raise ValidationError(
                f"密码须含大写、小写、数字、符号中的至少三类；长度达到 {settings.PASSWORD_LONG} 位的，两类即可。",
                code="password_few_kinds",
            )

    def get_help_text(self) -> str:
        return f"须含大小写字母、数字、符号中的至少三类；{settings.PASSWORD_LONG} 位以上的，两类即可。"


class HistoryValidator:
    """None of the last few passwords again."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        newest = PasswordRecord.objects.filter(user=user).order_by("-set_at")[: settings.PASSWORD_HISTORY]
        former = {user.password, *newest.values_list("password", flat=True)}
        if any(check_password(password, one) for one in former):
            raise ValidationError(
                f"不能与当前密码或最近 {settings.PASSWORD_HISTORY} 次用过的密码相同。", code="password_used_before"
            )

    def get_help_text(self) -> str:
        return f"不能与最近 {settings.PASSWORD_HISTORY} 次用过的密码相同。"
