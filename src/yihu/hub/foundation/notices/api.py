"""What other bands may use of notices."""

from yihu.hub.foundation.notices.catalogue import register_template, register_templates
from yihu.hub.foundation.notices.choices import Channel, Kind, Urgency
from yihu.hub.foundation.notices.services.posting import UnableToNotifyError, notify, notify_many
from yihu.hub.foundation.notices.services.recalling import settle_about, take_back
from yihu.hub.foundation.notices.services.texting import (
    Incoming,
    UnableToTextError,
    has_number,
    number_in_effect,
    on_sms_received,
    send_sms,
)
from yihu.hub.foundation.notices.services.waking import tell_live
from yihu.hub.foundation.notices.services.wording import UnableToWordError

__all__ = [
    "Channel",
    "Incoming",
    "Kind",
    "UnableToNotifyError",
    "UnableToTextError",
    "UnableToWordError",
    "Urgency",
    "has_number",
    "notify",
    "notify_many",
    "number_in_effect",
    "on_sms_received",
    "register_template",
    "register_templates",
    "send_sms",
    "settle_about",
    "take_back",
    "tell_live",
]
