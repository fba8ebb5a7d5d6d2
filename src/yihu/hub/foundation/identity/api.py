"""What other bands may use of signing in."""

from yihu.hub.foundation.identity.services.attempts import forget_what_ended
from yihu.hub.foundation.identity.services.passwords import accept_password
from yihu.hub.foundation.identity.services.sessions import end_access

__all__ = ["accept_password", "end_access", "forget_what_ended"]
