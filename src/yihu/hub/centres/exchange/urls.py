"""Addresses of the exchange: pages for people, and the API for outside systems."""

from django.urls import include, path

from yihu.hub.centres.exchange.endpoints import mounting
from yihu.hub.centres.exchange.views import keys, proposals, systems, traffic

MOUNT = ""
app_name = "exchange"
API = "api/exchange/v1/"
pages = [
    path("", systems.systems, name="systems"),
    path("systems/new/", systems.new_system, name="new-system"),
    path("systems/<str:code>/", systems.system, name="system"),
    path("systems/<str:code>/change/", systems.change_system, name="change-system"),
    path("systems/<str:code>/disable/", systems.disable, name="disable-system"),
    path("systems/<str:code>/keys/new/", keys.new_key, name="new-key"),
    path("keys/<int:key_id>/replace/", keys.replace, name="replace-key"),
    path("keys/<int:key_id>/revoke/", keys.revoke, name="revoke-key"),
    path("proposals/<int:proposal_id>/", proposals.proposal, name="proposal"),
    path("proposals/<int:proposal_id>/decide/", proposals.decide, name="decide-proposal"),
    path("log/", traffic.passages, name="passages"),
    path("log/<int:passage_id>/", traffic.passage, name="passage"),
    path("letters/", traffic.letters, name="letters"),
    path("letters/<int:letter_id>/", traffic.letter, name="letter"),
    path("letters/<int:letter_id>/resubmit/", traffic.resubmit, name="resubmit-letter"),
    path("letters/<int:letter_id>/discard/", traffic.discard, name="discard-letter"),
    path("deliveries/", traffic.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/", traffic.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/resend/", traffic.resend, name="resend-delivery"),
    path("deliveries/<int:delivery_id>/cancel/", traffic.cancel, name="cancel-delivery"),
]
urlpatterns = [
    path("exchange/", include(pages)),
    path(f"{API}document", mounting.document, name="document"),
    path(f"{API}openapi.json", mounting.openapi, name="openapi"),
    path(f"{API}keys", mounting.own_keys, name="own-keys"),
    path(API, include(mounting.api_patterns())),
    path(f"{API}<path:rest>", mounting.unknown, name="unknown"),
]
