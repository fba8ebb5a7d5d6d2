"""What other bands may use of the log centre."""

from yihu.hub.foundation.audit.selectors.state import LogState, log_state
from yihu.hub.foundation.audit.services.exporting import export_log
from yihu.hub.foundation.audit.services.keys import rotate_key
from yihu.hub.foundation.audit.services.receipts import receipt_for
from yihu.hub.foundation.audit.services.recording import record, record_access
from yihu.hub.foundation.audit.services.sequencing import integrate_all
from yihu.hub.foundation.audit.services.verifying import verify_log

__all__ = [
    "LogState",
    "export_log",
    "integrate_all",
    "log_state",
    "receipt_for",
    "record",
    "record_access",
    "rotate_key",
    "verify_log",
]
