"""What the clock does about signing in. It may run twice."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone


def forget_sessions() -> None:
    """Forget where somebody was signed in, with the network's address, once that session is over."""
    open_ones = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    UserSession.objects.exclude(session_key__in=open_ones).delete()
