"""What editors know of searches and add to them: how often words are searched for, and their own picks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

from home import access
from search.queries import words

if TYPE_CHECKING:
    from wagtail.models import Page


def widely_seen(page: Page) -> bool:
    """Whether a page is published for every member at least. Takes any page."""
    page = page.specific
    keys = page.access_keys() if hasattr(page, "access_keys") else {access.PUBLIC}
    return page.live and access.allows(frozenset({access.PUBLIC, access.MEMBERS}), keys)


class SearchTerm(models.Model):
    """How often the same words were searched for on one day. Without who, from where, or anything else of a person."""

    day = models.DateField()
    words = models.CharField(max_length=100)  # folded
    searches = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField("found nothing", default=0)
    clicks = models.PositiveIntegerField("results opened", default=0)
    results = models.PositiveIntegerField(default=0)  # found the last time, by whoever that was

    class Meta:
        verbose_name = "searched words"
        verbose_name_plural = "what people search for"
        ordering = ["-day", "-searches", "words"]
        constraints = [models.UniqueConstraint(fields=["day", "words"], name="search_term_once_a_day")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.words


class Pick(models.Model):
    """A page that stands above the results of certain searches, because an editor says that it answers them."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    words = models.TextField(
        "for searches of exactly",
        help_text="One search on each line, as people type it. Capitals and accents do not matter.",
    )
    note = models.CharField(max_length=160, blank=True, help_text="Why it answers the search. Readers see this.")
    order = models.PositiveSmallIntegerField(default=1, help_text="1 stands first.")

    class Meta:
        verbose_name = "editor’s pick"
        verbose_name_plural = "editors’ picks"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.page.title if widely_seen(self.page) else "A page that is closed now"

    @property
    def searches(self) -> list[tuple[str, ...]]:
        """The searches that it answers, as folded words."""
        return [found for line in self.words.splitlines() if (found := tuple(words(line)))]

    def clean(self) -> None:
        """Refuse a pick for no search, and a page that is not there for every member."""
        super().clean()
        if self.page_id and not widely_seen(self.page):
            raise ValidationError({"page": "Choose a page that is published and that every member may see."})
        if not self.searches:
            raise ValidationError({"words": "Write at least one search, each on a line of its own."})
