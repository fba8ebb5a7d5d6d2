"""Personal numbers of forms at rest: sealed under a key of the state directory."""

from yihu.hub.base.sealing import Sealer

_forms = Sealer("matters-key")
seal, unseal = _forms.seal, _forms.unseal
