"""The sitemap: what anyone may see, from the flat rows."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Q
from wagtail.models import Page

from home.models import ContentPage, Entry


class EntrySitemap(Sitemap):
    """Public content."""

    limit = 5000

    def items(self):
        """Visible to nobody in particular."""
        return Entry.objects.visible_to(AnonymousUser()).order_by("pk")

    def location(self, item):
        """The row knows its address."""
        return item.url

    def lastmod(self, item):
        """When it was last published."""
        return item.updated_at


class PageSitemap(Sitemap):
    """Home, sections, indexes and standard pages, which are always public."""

    def items(self):
        """Live pages that are not content."""
        return Page.objects.live().filter(~Q(pk__in=ContentPage.objects.values("pk")), depth__gt=1).order_by("path")

    def location(self, item):
        """The page's path on this site."""
        return item.get_url() or "/"

    def lastmod(self, item):
        """When it was last published."""
        return item.last_published_at
