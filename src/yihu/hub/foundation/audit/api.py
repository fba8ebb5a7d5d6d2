"""What other bands may use of the log centre."""

from yihu.hub.foundation.audit.selectors.state import LogState, log_state
from yihu.hub.foundation.audit.services.recording import record, record_access
from yihu.hub.foundation.audit.services.sequencing import integrate_all

__all__ = ["LogState", "integrate_all", "log_state", "record", "record_access"]
