"""What other bands may use of the access record."""

from yihu.hub.foundation.audit.services import record, record_access

__all__ = ["record", "record_access"]
