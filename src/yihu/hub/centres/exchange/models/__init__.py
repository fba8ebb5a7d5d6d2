"""Tables of the exchange."""

from yihu.hub.centres.exchange.models.deliveries import Breaker, Delivery
from yihu.hub.centres.exchange.models.letters import DeadLetter
from yihu.hub.centres.exchange.models.systems import OutsideSystem, Proposal, SystemKey
from yihu.hub.centres.exchange.models.traffic import Nonce, Passage, QuotaUse

__all__ = [
    "Breaker",
    "DeadLetter",
    "Delivery",
    "Nonce",
    "OutsideSystem",
    "Passage",
    "Proposal",
    "QuotaUse",
    "SystemKey",
]
