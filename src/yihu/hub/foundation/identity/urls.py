"""Addresses of signing in. allauth finds its pages by the names used here; nothing else of it is mounted."""

from django.urls import include, path

from yihu.hub.foundation.identity.views import activation, clients, door, factors, locks, lost, provider

own = [
    path("account/activate/", activation.activation, name="activation"),
    path("account/sign-in/start-over/", door.start_over, name="start-over"),
    path("account/sessions/<int:number>/end/", factors.end_one, name="end-session"),
    path("account/sessions/end-others/", factors.end_others, name="end-other-sessions"),
]
kept = [
    path("security/locks/", locks.locks, name="locks"),
    path("security/locks/release/", locks.release, name="unlock"),
    path("security/factors/reset/", lost.reset, name="reset-factors"),
    path("security/clients/", clients.overview, name="clients"),
    path("security/clients/new/", clients.new, name="new-client"),
    path("security/clients/<int:number>/", clients.detail, name="client"),
    path("security/clients/<int:number>/change/", clients.change, name="change-client"),
    path("security/clients/<int:number>/secret/", clients.rotate, name="rotate-secret"),
    path("security/clients/<int:number>/switch/", clients.switch, name="switch-client"),
]
provided = [
    path(".well-known/openid-configuration", provider.configuration, name="configuration"),
    path(".well-known/jwks.json", provider.keys, name="jwks"),
    path("identity/o/authorize", provider.authorize, name="authorization"),
    path("identity/o/logout", provider.sign_out, name="logout"),
    path("identity/o/api/token", provider.token, name="token"),
    path("identity/o/api/userinfo", provider.user_info, name="userinfo"),
    path("identity/o/api/revoke", provider.revoke, name="revoke"),
]
urlpatterns = [
    path("account/sign-in/", door.sign_in, name="account_login"),
    path("account/sign-in/passkey/", door.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("account/sign-in/second-factor/", door.second_factor, name="mfa_authenticate"),
    path("account/sign-out/", door.sign_out, name="account_logout"),
    path("account/confirm/", door.confirm_by_password, name="account_reauthenticate"),
    path("account/confirm/code/", door.confirm_by_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", door.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/password/", door.own_password, name="account_change_password"),
    path("account/security/", factors.security, name="mfa_index"),
    path("account/security/app/", factors.enrol_app, name="mfa_activate_totp"),
    path("account/security/app/remove/", factors.remove_app, name="mfa_deactivate_totp"),
    path("account/security/passkeys/add/", factors.add_passkey, name="mfa_add_webauthn"),
    path("account/security/passkeys/<int:pk>/", factors.rename_passkey, name="mfa_edit_webauthn"),
    path("account/security/passkeys/<int:pk>/remove/", factors.remove_passkey, name="mfa_remove_webauthn"),
    path("account/security/codes/", factors.codes, name="mfa_view_recovery_codes"),
    path("account/security/codes/renew/", factors.renew_codes, name="mfa_generate_recovery_codes"),
    path("account/sessions/", factors.own_sessions, name="usersessions_list"),
    path("", include((own + kept, "identity"))),
    path("", include(([path("", include((provided, "oidc")))], "idp"))),
]
