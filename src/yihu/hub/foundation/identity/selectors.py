"""Reads: locks, what a person still owes, their factors and sessions, the other systems."""

import ipaddress
from datetime import datetime, timedelta
from typing import Any

from allauth.idp.oidc.models import Client
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from yihu.hub.base.access import scope_for
from yihu.hub.foundation.identity.choices import ClientScope, Lock, Obligation
from yihu.hub.foundation.identity.models import ClientRegistration, PasswordRecord, SignInAttempt
from yihu.hub.foundation.org.api import Family, permissions

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Whoever holds a permission of these keeps the system, its keys or its record.
ADMINISTRATION = frozenset({Family.SYSTEM, Family.SECURITY, Family.AUDIT})


def source_of(address: str) -> str:
    """What one guesser can hold: an IPv4 address, or the /64 network of an IPv6 address; "" when it is neither."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)


def find_lock(*, username: str, source: str, now: datetime) -> Lock | None:
    """
    Why this try may not be looked at; the try itself is among the counted. At most four queries.

    Where the account signed in before, only its own failures from there count: guessing from elsewhere, or at other
    names, does not shut its owner out.
    """
    attempts = SignInAttempt.objects.all()
    pair = attempts.filter(username=username, source=source)
    known_since = now - timedelta(days=settings.SIGN_IN_KNOWN_DAYS)
    success = pair.filter(succeeded=True, at__gte=known_since).aggregate(at=Max("at"))["at"]
    since = now - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    failures = Q(succeeded=False, forgiven=False, at__gte=since)
    if pair.filter(failures, at__gt=success or since).count() > settings.SIGN_IN_FAILURES:
        return Lock.PAIR
    if success:
        return None
    known = attempts.filter(username=username, succeeded=True, at__gte=known_since).values("source")
    elsewhere = attempts.filter(failures, username=username).exclude(source__in=known).count()
    if elsewhere > settings.SIGN_IN_FAILURES_ELSEWHERE:
        return Lock.ELSEWHERE
    at_home = attempts.filter(source=source, succeeded=True, at__gte=known_since).values("username")
    from_source = attempts.filter(failures, source=source).exclude(username__in=at_home).count()
    return Lock.SOURCE if from_source > settings.SIGN_IN_FAILURES_PER_SOURCE else None


def list_locks(*, now: datetime) -> QuerySet[SignInAttempt]:
    """The newest failure of each account and source with enough of them lately; `failures` says how many."""
    since = now - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    recent = SignInAttempt.objects.filter(succeeded=False, forgiven=False, at__gte=since).order_by()
    counted = recent.values("username", "source").annotate(newest=Max("pk"), failures=Count("pk"))
    held = counted.filter(failures__gte=settings.SIGN_IN_FAILURES)
    of_row = recent.filter(username=OuterRef("username"), source=OuterRef("source")).values("username", "source")
    failures = Subquery(of_row.annotate(n=Count("pk")).values("n"))
    return SignInAttempt.objects.filter(pk__in=held.values("newest")).annotate(failures=failures).order_by("-at")


def find_obligation(user: Any, *, now: datetime) -> Obligation | None:
    """What must be done before any other page opens. At most two queries."""
    newest = PasswordRecord.objects.filter(user=user).order_by("-set_at").first()
    if user.has_usable_password() and settings.HANDED_OUT_MUST_CHANGE:
        if newest is None or newest.password != user.password:
            return Obligation.HANDED_OUT
        if now - newest.set_at > timedelta(days=settings.PASSWORD_DAYS):
            return Obligation.EXPIRED
    if settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user) and not has_second_factor(user):
        return Obligation.SECOND_FACTOR
    return None


def find_person(username: str) -> Any:
    """The account of a name in any letter case, by the index on small letters; None when there is none."""
    people = get_user_model().objects.alias(lowered=Lower("username"))
    return people.filter(lowered=normal_name(username)).first()


def normal_name(username: str) -> str:
    """Names are compared without regard to letter case or blanks around."""
    return username.strip().casefold()[:150]


def needs_second_factor(user: Any) -> bool:
    """Administrators of any of the three kinds, and whoever reaches everything."""
    held = [one for one in permissions().values() if user.holds(one.code)]
    guarded = any(one.family in ADMINISTRATION for one in held)
    return guarded or any(scope_for(user, one.code).everything for one in held if one.family == Family.BUSINESS)


def has_second_factor(user: Any) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def has_passkey(user: Any) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


def password_expiry(user: Any) -> datetime | None:
    """When the password must be changed; None when the person has not chosen one yet."""
    newest = PasswordRecord.objects.filter(user=user).order_by("-set_at").first()
    return newest.set_at + timedelta(days=settings.PASSWORD_DAYS) if newest else None


def list_sessions(user: Any) -> list[UserSession]:
    """The living sessions of a person, the one seen last first."""
    living = UserSession.objects.purge_and_list(user)
    return sorted(living, key=lambda session: session.last_seen_at, reverse=True)


def list_registrations() -> QuerySet[ClientRegistration]:
    """The other systems, the ones in use first."""
    return ClientRegistration.objects.select_related("client").order_by("disabled_at", "client__name")


def find_client(client_id: str) -> Client | None:
    """A system in use, by its number."""
    usable = Client.objects.filter(registration__disabled_at__isnull=True, registration__isnull=False)
    return usable.filter(pk=client_id).first()


def may_sign_on(user: Any) -> bool:
    """Leavers and disabled accounts hold nothing, from the moment they left."""
    return bool(user.is_active and user.holds("account.self"))


def claims_of(user: Any, *, scopes: set[str]) -> dict[str, Any]:
    """What a system with these scopes is told about a person."""
    claims: dict[str, Any] = {}
    if ClientScope.PROFILE in scopes:
        claims |= {"name": user.display_name, "preferred_username": user.get_username()}
    if ClientScope.ORG in scopes:
        claims |= {"office_code": user.office.code, "office_name": user.office.name, "post": user.post_title}
    if ClientScope.DUTIES in scopes:
        claims |= {"duties": sorted({grant.duty_code for grant in user.actor.grants if grant.duty_code})}
    return claims
