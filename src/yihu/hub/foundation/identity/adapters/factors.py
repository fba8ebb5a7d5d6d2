"""Second factors: sealed secrets, names in Chinese, the address that passkeys are bound to."""

from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from yihu.hub.foundation.identity.keys import seal, unseal
from yihu.hub.foundation.identity.selectors import FACTORS, needs_second_factor


class FactorAdapter(DefaultMFAAdapter):
    """What allauth asks of the house about second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "您的岗位须启用第二重验证：请先登记另一种，再移除这一种。",
        "incorrect_code": "验证没有通过，请核对后重试。",
        "cannot_generate_recovery_codes": "启用验证器或通行密钥之后才有恢复码。",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        user = authenticator.user
        if not settings.SECOND_FACTOR_REQUIRED or not needs_second_factor(user):
            return True
        return Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        return f"通行密钥 {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        public = urlsplit(settings.PUBLIC_URL).hostname
        entity = super().get_public_key_credential_rp_entity()
        return {"id": public or entity["id"], "name": "一户"}
