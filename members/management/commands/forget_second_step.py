"""Takes a person's second step away, for somebody who has lost the phone, the passkey and the recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from members.models import Action, User, record


class Command(BaseCommand):
    """`manage.py forget_second_step jo@agency.gov`."""

    help = "Take away a person's second step, passkeys and recovery codes, and end their sessions. Make sure who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        """The person's address."""
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Do it, and note it. Raises CommandError where there is nobody, or nothing to take."""
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}.")
        gone, _ = Authenticator.objects.filter(user=user).delete()
        if not gone:
            raise CommandError(f"{user} has no second step.")
        for session in UserSession.objects.filter(user=user):
            session.end()
        record(Action.SECURITY, about=user, detail="Second step taken away by an administrator")
        self.stdout.write(f"{user} signs in with the password alone now. Every session has ended.")
