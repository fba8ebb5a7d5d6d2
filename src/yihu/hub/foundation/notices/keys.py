"""The key under which telephone numbers and mail addresses rest in the database."""

from yihu.hub.base.sealing import Sealer

ADDRESSES = Sealer("address-key")
