"""The exchange's own operation: who am I, what may I, how much is left."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from yihu.hub.centres.exchange.selectors.systems import used_of
from yihu.hub.centres.exchange.services.signed import Signed, passing_of

router = Router(tags=["连通"])
SELF = "system.self"


class Left(Schema):
    """A quota and what is left of it."""

    limit: int = Field(description="配额")
    used: int = Field(description="已用，含本次")


class Self(Schema):
    """The caller as this installation knows it."""

    system: str = Field(description="系统代码")
    name: str = Field(description="系统名称")
    key: str = Field(description="本次使用的密钥编号")
    operations: list[str] = Field(description="允许的操作")
    hosts: list[str] = Field(description="可链接的主机")
    minute: Left = Field(description="本分钟")
    day: Left = Field(description="今日")
    time: str = Field(description="本系统时间，ISO 8601，可用来校准时钟")


@router.get("/self", response=Self, auth=Signed(SELF), summary="核对身份、权限和配额", operation_id="self")
def self(request: HttpRequest) -> Self:
    """签名正确即答复本系统登记的内容；接入时先调通这一项。"""
    system, now = request.auth, timezone.now()
    minute, day = used_of(system, now)
    return Self(
        system=system.code, name=system.name, key=passing_of(request).key_id, operations=system.operations,
        hosts=system.hosts, minute=Left(limit=system.per_minute, used=minute),
        day=Left(limit=system.per_day, used=day), time=timezone.localtime(now).isoformat(),
    )  # fmt: skip
