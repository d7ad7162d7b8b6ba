"""Mail: `OutboxBackend` writes it down, `send_due` sends it, `purge` forgets it. Reasons: docs/decisions/0006-mail.md

No request talks to a mail server. A message is a row in the caller's transaction; the clock sends what is due.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import time
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from operations.models import OutgoingMail

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = structlog.get_logger(__name__)

# How long to wait after each failed try; after the last one, about a day in all, a message is a dead letter.
BACK_OFF = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 8 * 60, 12 * 60)]
KEEP_SENT = dt.timedelta(days=14)
KEEP_DEAD = dt.timedelta(days=90)
RUN_SECONDS = 30  # one run stops taking up new messages after this, so that a slow server holds up no other job


class OutboxBackend(BaseEmailBackend):
    """Django's mail backend of the worksite: writes each message to the outbox, one row a recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them down and give how many messages that were.

        Raises what Django raises for a message that cannot be built, such as BadHeaderError.
        """
        rows = []
        for message in email_messages:
            content = message.message().as_bytes()
            rows += [
                OutgoingMail(
                    sender=message.from_email, recipient=recipient, subject=str(message.subject)[:255], content=content
                )
                for recipient in message.recipients()
            ]
        OutgoingMail.objects.bulk_create(rows)
        return len(email_messages)


class _Content:
    """Stands where Django's mail backends expect a message: they ask for its bytes and, to print it, its charset."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def as_bytes(self, linesep: str = "\n") -> bytes:
        return self.content.replace(b"\r\n", b"\n").replace(b"\n", linesep.encode())

    def get_charset(self) -> None:
        return None


class _StoredMessage(EmailMessage):
    """A message of the outbox, for the transport: its envelope, and its content unchanged."""

    def __init__(self, mail: OutgoingMail) -> None:
        super().__init__(subject=mail.subject, body=mail.body(), from_email=mail.sender, to=[mail.recipient])
        self.stored = _Content(bytes(mail.content))

    def message(self, *args, **kwargs):
        return self.stored


def send_due() -> None:
    """Try every message that is due, until none is left, time is up or the mail server cannot be reached.

    A try is counted and the next one set before anything is sent. So two senders never take the same message, and one
    that is killed between sending and noting it repeats that one message, once, when its next try comes.
    """
    connection = get_connection(settings.MAIL_TRANSPORT)
    give_up_at = time.monotonic() + RUN_SECONDS
    try:
        while time.monotonic() < give_up_at and (mail := OutgoingMail.objects.due().first()):
            if _claim(mail) and not _deliver(mail, connection):
                break
    finally:
        _close(connection)


def _claim(mail: OutgoingMail) -> bool:
    """Count the try; False where another sender was faster."""
    wait = BACK_OFF[min(mail.tries, len(BACK_OFF) - 1)]
    claimed = OutgoingMail.objects.due().filter(pk=mail.pk, tries=mail.tries)
    if mail.tries > len(BACK_OFF):  # whoever made the last try did not live to note how it went
        claimed.update(state=OutgoingMail.State.DEAD, closed_at=timezone.now())
        return False
    mail.tries += 1
    mail.next_try_at = timezone.now() + wait
    return bool(claimed.update(tries=mail.tries, next_try_at=mail.next_try_at))


def _deliver(mail: OutgoingMail, connection: BaseEmailBackend) -> bool:
    """Send one message and note how it went; False where the server itself is the trouble, so that others wait too."""
    try:
        connection.open()
        connection.send_messages([_StoredMessage(mail)])
    except Exception as error:  # noqa: BLE001  whatever it is, one message must not keep the others back
        _note_failure(mail, error)
        _close(connection)
        return _refuses_the_message(error)
    mail.state, mail.closed_at, mail.error = OutgoingMail.State.SENT, timezone.now(), ""
    mail.save(update_fields=["state", "closed_at", "error"])
    return True


def _note_failure(mail: OutgoingMail, error: Exception) -> None:
    mail.error = f"{type(error).__name__}: {error}"[:2000]
    if mail.tries > len(BACK_OFF) or _is_final(error):
        mail.state, mail.closed_at = OutgoingMail.State.DEAD, timezone.now()
    mail.save(update_fields=["state", "closed_at", "error"])
    logger.warning("mail_not_sent", mail=mail.pk, tries=mail.tries, state=mail.state, error=type(error).__name__)


def _refuses_the_message(error: Exception) -> bool:
    of_the_message = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
    return isinstance(error, of_the_message) or not isinstance(error, OSError)


def _is_final(error: Exception) -> bool:
    """Whether the server said that it will never take this message (RFC 5321, 4.2.1: replies that start with 5).

    A refused sender or password is the site's own configuration, which somebody will put right: those are tried again.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError:
        logger.info("mail_connection_lost_on_closing")


def purge() -> None:
    """Forget messages sent more than two weeks ago, and dead letters of more than three months."""
    now = timezone.now()
    OutgoingMail.objects.filter(state=OutgoingMail.State.SENT, closed_at__lt=now - KEEP_SENT).delete()
    OutgoingMail.objects.dead().filter(closed_at__lt=now - KEEP_DEAD).delete()
