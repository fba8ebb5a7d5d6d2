"""Which sender serves which channel of this installation."""

from django.conf import settings

from yihu.hub.foundation.notices.adapters.mail import MailSender
from yihu.hub.foundation.notices.adapters.sms import gateway_in_force
from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.notices.services.delivering import Sender


def senders() -> dict[Channel, Sender]:
    """Those that the settings open."""
    found: dict[Channel, Sender] = {}
    if settings.EMAIL_HOST:
        found[Channel.EMAIL] = MailSender()
    gateway = gateway_in_force()
    if gateway:
        found[Channel.SMS] = gateway
    return found
