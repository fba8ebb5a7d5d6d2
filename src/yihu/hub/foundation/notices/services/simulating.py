"""An SMS in a phone's name, for demonstrations only."""

from datetime import datetime

from django.conf import settings

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.foundation.notices.keys import ADDRESSES
from yihu.hub.foundation.notices.models import Address, Delivery, IncomingSms
from yihu.hub.foundation.notices.services.texting import receive_sms


class UnableToSimulateError(UnableTo):
    """A real gateway is configured."""


def answer_as_phone(*, delivery: Delivery, message_id: str, text: str, now: datetime) -> IncomingSms | None:
    """
    Take in an SMS as if the phone that got `delivery` had sent it.

    :raises UnableToSimulateError: NOT-070 there is a real gateway, or the number has been taken away
    """
    if settings.SMS_GATEWAY != "loopback" or settings.SMS_URL:
        raise UnableToSimulateError("已接入真实短信网关，不能代替手机回复（NOT-070）")
    with as_system("短信模拟器"):
        address = Address.objects.filter(pk=delivery.address_id, ended_at=None).first()
    if address is None:
        raise UnableToSimulateError("这个号码已停用，不能代为回复（NOT-070）")
    number = ADDRESSES.unseal(address.sealed)
    return receive_sms(gateway="loopback", message_id=message_id, number=number, text=text, now=now)
