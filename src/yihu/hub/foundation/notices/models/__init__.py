"""Tables of notices."""

from yihu.hub.foundation.notices.models.addresses import Address, Challenge
from yihu.hub.foundation.notices.models.announcements import Announcement
from yihu.hub.foundation.notices.models.notices import Delivery, Notice
from yihu.hub.foundation.notices.models.preferences import Preference
from yihu.hub.foundation.notices.models.sms import IncomingSms
from yihu.hub.foundation.notices.models.wordings import Wording

__all__ = ["Address", "Announcement", "Challenge", "Delivery", "IncomingSms", "Notice", "Preference", "Wording"]
