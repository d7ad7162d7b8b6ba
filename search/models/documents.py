"""The row of everything that can be found, and the passages that say where in a file or a recording it was found.

Derived; `search.projection` writes it, in the transaction that changes its source. The same rows are what the database
engines search, what Elasticsearch is built from, and the list of what it still has to be told (`waiting`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from home.models import AccessRule
from search.models.facets import FacetSet

UNLEARNED = Q(learned=None) | Q(learned__lt=F("version"))


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    """Documents by where they stand."""

    def present(self) -> SearchDocumentQuerySet:
        """Those that can be found; the others are only kept until Elasticsearch has forgotten them too."""
        return self.filter(deleted=False)

    def waiting(self) -> SearchDocumentQuerySet:
        """Those whose newest version Elasticsearch does not have."""
        return self.filter(version__gt=F("synced_version"))

    def unlearned(self) -> SearchDocumentQuerySet:
        """Those whose words have changed since they were learned."""
        return self.filter(UNLEARNED)


class SearchDocument(models.Model):
    """One thing that can be found: a page, a section, a person. Its files and its transcript are found through it."""

    key = models.CharField(max_length=40, unique=True)  # what it stands for: "page:12", "person:7"
    type = models.CharField(max_length=16)  # the value of the facet `type`
    section = models.ForeignKey("home.SectionPage", null=True, on_delete=models.SET_NULL, related_name="+")
    access = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="+")
    facets = models.ForeignKey(FacetSet, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    authors = models.TextField(blank=True)  # and speakers, publishers: what `author:` asks
    url = models.CharField(max_length=1024)
    text = models.TextField(blank=True)  # whoever may see the document may read this: body, files, transcript, topics
    members_text = models.TextField(blank=True)  # only members may: the notes of a public call, say
    published_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    version = models.PositiveBigIntegerField(default=1)  # one more with each change
    synced_version = models.PositiveBigIntegerField(default=0)  # the newest that Elasticsearch has confirmed
    changed_at = models.DateTimeField(auto_now=True)  # since when it waits, while it does
    deleted = models.BooleanField(default=False)  # a tombstone, until Elasticsearch has forgotten it
    stale = models.BooleanField(default=False)  # something it repeats has changed: `projection.refresh` writes it anew
    learned = models.PositiveBigIntegerField(null=True)  # the version whose words `search.spelling` knows

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="search_waiting", condition=Q(version__gt=F("synced_version"))),
            models.Index(fields=["id"], name="search_deleted", condition=Q(deleted=True)),
            models.Index(fields=["id"], name="search_unlearned", condition=UNLEARNED),
            models.Index(fields=["id"], name="search_stale", condition=Q(stale=True)),
            models.Index(fields=["access", "facets", "expires_at", "deleted"], name="search_counts"),
            models.Index(fields=["-published_at", "-id"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """A part of a document's file or recording that has an address of its own: a page of a PDF, a sentence of a webinar."""

    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()  # its order in the document
    source = models.CharField(max_length=255)  # the file's title; empty for the transcript
    place = models.CharField(max_length=80, blank=True)  # where in it, in words: "page 3", "12:30"
    url = models.CharField(max_length=300)  # where it opens: "/files/<uuid>/#page=3", "<page>?t=750"
    members = models.BooleanField(default=False)  # whether only members may read it
    text = models.TextField()

    class Meta:
        ordering = ["document", "position"]
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="passage_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.place}".strip()
