"""What other bands may use of the model centre."""

from yihu.hub.centres.modelhub.selectors.versions import find_challenger, find_champion
from yihu.hub.centres.modelhub.services.demonstrating import teach_demonstration
from yihu.hub.centres.modelhub.services.registering import take_in_found

__all__ = ["find_challenger", "find_champion", "take_in_found", "teach_demonstration"]
