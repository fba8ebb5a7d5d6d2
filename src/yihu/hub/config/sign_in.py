"""
The rules of signing in, each with its reason. GB/T 22239-2019 8.1.4.1 asks for unique names, complex passwords that are
changed from time to time, an end to failed tries and to idle sessions, and two kinds of factor of which one by
cryptography.

From the environment: `YIHU_SECOND_FACTOR` (required | offered), `YIHU_TRUSTED_PROXIES` (addresses, comma between).
"""

import os

_embedded = not os.environ.get("DATABASE_URL")

# --- passwords -------------------------------------------------------------------------------------------------------
PASSWORD_HASHERS = ["yihu.hub.foundation.identity.hashers.PasswordHasher"]
# Ten characters of three kinds, or sixteen of two: both are out of reach of guessing behind a lock of five tries.
PASSWORD_SHORTEST = 10
PASSWORD_LONG = 16
# The standard says "from time to time"; assessors expect ninety days.
PASSWORD_DAYS = 90
# Whoever must change could otherwise change there and back.
PASSWORD_HISTORY = 5
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "yihu.hub.foundation.identity.validators.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "yihu.hub.foundation.identity.validators.KindsValidator"},
    {"NAME": "yihu.hub.foundation.identity.validators.HistoryValidator"},
]
# A password that somebody else chose is known to somebody else.
HANDED_OUT_MUST_CHANGE = True

# --- failed tries ----------------------------------------------------------------------------------------------------
# Counted for one account from one source, so that guessing from elsewhere does not shut the owner out.
SIGN_IN_FAILURES = 5
SIGN_IN_LOCK_MINUTES = 15
# From places where the account never signed in, all together: guessing spread over many addresses.
SIGN_IN_FAILURES_ELSEWHERE = 50
# From one source over many names, of accounts that never signed in from there: a whole office may share an address.
SIGN_IN_FAILURES_PER_SOURCE = 30
SIGN_IN_KNOWN_DAYS = 30

# --- the second factor -----------------------------------------------------------------------------------------------
# A real installation asks it of administrators and of those who see everything; a demonstration only offers it.
SECOND_FACTOR_REQUIRED = os.environ.get("YIHU_SECOND_FACTOR", "offered" if _embedded else "required") == "required"
MFA_ADAPTER = "yihu.hub.foundation.identity.adapters.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "一户"
# The code of this half minute only: allauth remembers a used one for no longer than that.
MFA_TOTP_TOLERANCE = 0

# --- sessions --------------------------------------------------------------------------------------------------------
# An unattended desk is shut after an hour; a working day ends with a new sign-in.
SESSION_IDLE_SECONDS = 60 * 60
SESSION_LONGEST_SECONDS = 10 * 60 * 60
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Desk, laptop, phone; a fourth sign-in ends the oldest.
SESSIONS_AT_ONCE = 3

# --- allauth ---------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["yihu.hub.foundation.identity.adapters.account.NameBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "yihu.hub.foundation.identity.adapters.account.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# Failed passwords are counted by us, per account and source; allauth counts what follows a right password.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/15m/key",
    "change_password": "10/15m/user",
    "reauthenticate": "20/15m/user",
}
# Codes and counters must be seen by every web process.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "identity_cache"}}

# --- being the provider of sign-in for other systems -----------------------------------------------------------------
IDP_OIDC_ADAPTER = "yihu.hub.foundation.identity.adapters.provider.ProviderAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 10 * 60
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

# --- the proxy in front ----------------------------------------------------------------------------------------------
# Only these may say on whose behalf they speak.
TRUSTED_PROXIES = [a.strip() for a in os.environ.get("YIHU_TRUSTED_PROXIES", "127.0.0.1,::1").split(",") if a.strip()]
