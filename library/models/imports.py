"""A table of resources on its way into a library: uploaded, looked at, confirmed, imported."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone

from home.models import Audience
from library.importing import tables
from library.importing.rows import Refusal
from library.models.resources import LibraryPage, ResourcePage

if TYPE_CHECKING:
    from library.importing.tables import Table

# After this long without a result the worker that had it is lost, or there is none, and it may be started again.
PATIENCE = dt.timedelta(minutes=15)


def _private_storage():
    return storages["private"]


def _where_to_keep(instance: ResourceImport, filename: str) -> str:
    return f"imports/{uuid.uuid4().hex}"


class ResourceImport(models.Model):
    """One uploaded file and what its owner wants done with it. Only its owner and administrators may open it.

    `problem` says in words why it failed; `counts` and `report` say how it went. Nothing of it is a page's: the pages
    are made by `library.tasks.import_resources` in the transaction that sets the state to done.
    """

    class State(models.TextChoices):
        """How far it is. Only `uploaded`, `failed` and a `queued` one that was lost can be started."""

        UPLOADED = "uploaded", "Not confirmed yet"
        QUEUED = "queued", "Being imported"
        DONE = "done", "Imported"
        FAILED = "failed", "Failed"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    library = models.ForeignKey(LibraryPage, on_delete=models.CASCADE, related_name="+")
    file = models.FileField(upload_to=_where_to_keep, storage=_private_storage)
    file_name = models.CharField(max_length=255)
    audience = models.CharField(
        "who can see them", max_length=8, choices=Audience.choices, default=ResourcePage.default_audience
    )
    publish = models.BooleanField(default=True)
    create_topics = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    problem = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    report = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True  # an import is no use of a library that anybody needs to be told about

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_late(self) -> bool:
        """Whether it was started so long ago that nobody can be at work on it any more."""
        started = self.started_at
        return self.state == self.State.QUEUED and started is not None and timezone.now() - started > PATIENCE

    @property
    def can_start(self) -> bool:
        """Whether pressing “Import” or “Try again” begins anything."""
        return self.state in (self.State.UPLOADED, self.State.FAILED) or self.is_late

    @property
    def can_be_dropped(self) -> bool:
        """Whether it may be forgotten with its file: nothing was imported and nobody is at work on it."""
        return self.state in (self.State.UPLOADED, self.State.FAILED)

    def table(self) -> Table:
        """The table in the file. Raises Refusal, also where the file is gone."""
        try:
            with self.file.open("rb") as file:
                return tables.read(file.read())
        except FileNotFoundError as error:
            raise Refusal("The uploaded file is no longer here. Upload it again.") from error
