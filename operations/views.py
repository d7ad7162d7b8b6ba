"""The outbox as a mail reader, for development only (`operations.urls`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render

from operations.models import OutgoingMail

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def outbox(request: HttpRequest) -> HttpResponse:
    """The newest hundred messages."""
    return render(request, "operations/outbox.html", {"mails": OutgoingMail.objects.all()[:100]})


def outbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: its headers, its text and the names of its attachments."""
    mail = get_object_or_404(OutgoingMail, pk=pk)
    attachments = [part.get_filename("unnamed") for part in mail.parsed().iter_attachments()]
    context = {"mail": mail, "headers": mail.parsed().items(), "attachments": attachments}
    return render(request, "operations/message.html", context)
