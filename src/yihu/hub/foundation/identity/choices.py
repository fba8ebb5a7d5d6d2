"""What a signed-in person still owes, and why a sign-in is held back."""

from django.db.models import TextChoices


class Obligation(TextChoices):
    """What must be done before any other page opens."""

    HANDED_OUT = "HANDED_OUT", "当前密码由他人设置，请先换成只有您自己知道的密码。"
    EXPIRED = "EXPIRED", "密码已到更换期限，请先修改密码。"
    SECOND_FACTOR = "SECOND_FACTOR", "您的岗位须启用第二重验证，请先登记验证器或通行密钥。"


class Lock(TextChoices):
    """Why no more tries are taken for a while."""

    PAIR = "PAIR", "同一账号在同一来源连续失败"
    ELSEWHERE = "ELSEWHERE", "同一账号在多个陌生来源连续失败"
    SOURCE = "SOURCE", "同一来源对多个账号连续失败"


class ClientScope(TextChoices):
    """What another system may learn about who signs on; `openid` alone is a number without meaning."""

    OPENID = "openid", "用户标识"
    PROFILE = "profile", "姓名和账号"
    ORG = "org", "机关和岗位"
    DUTIES = "duties", "岗责"
