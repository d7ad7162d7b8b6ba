"""What is written about a page here follows every write of the page, in its transaction."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page

from calendar_app.models import Transcript
from home.models import EntryFacet, Population, Requirement, Setting, SiteDocument, Stage, Term, Topic
from home.signals import pages_changed
from members.models import Profile
from members.signals import person_changed
from search import people, projection, reading
from search.models import FacetSet, SearchDocument


@receiver(pages_changed)
def project_changed_pages(pages, **kwargs) -> None:
    """Pages were written, moved, published or taken down."""
    projection.project_pages(pages)


@receiver(post_delete, sender=Page)
def bury_deleted_page(instance, **kwargs) -> None:
    """A page is gone for good."""
    projection.bury([projection.page_key(instance.pk)])


@receiver(post_save, sender=Transcript)
def read_transcript_again(instance, **kwargs) -> None:
    """New captions under the same address: the sentences are others now."""
    projection.mark_stale([projection.page_key(instance.webinar_id)])


@receiver(person_changed)
def project_changed_person(user_id, **kwargs) -> None:
    """A person, their parts here or their profile."""
    people.project([user_id])


@receiver(post_delete, sender=Profile)
def bury_deleted_person(instance, **kwargs) -> None:
    """Somebody's account is gone."""
    projection.bury([people.person_key(instance.user_id)])


@receiver(post_save, sender=SiteDocument)
def read_stored_file(instance, **kwargs) -> None:
    """A document was stored; its file may be another now."""
    reading.expect(instance)


# Signals of proxies come from the proxy. Never without a sender: a listener to all deletions changes how Django deletes.
TERMS = (Term, Topic, Setting, Population, Stage, Requirement)


def forget_merged_term(instance, **kwargs) -> None:
    """A term has become another, or is gone: the documents that carry it are written anew."""
    sets = FacetSet.holding(instance.vocabulary, instance.slug)
    SearchDocument.objects.present().filter(facets__in=sets).update(stale=True)


def repeat_new_name_of_term(instance, created, **kwargs) -> None:
    """The documents of pages with a term repeat its name."""
    if not created:
        carrying = EntryFacet.objects.filter(name=instance.vocabulary, value=instance.slug)
        projection.mark_stale(projection.page_key(pk) for pk in carrying.values_list("entry", flat=True))


for term in TERMS:
    post_delete.connect(forget_merged_term, sender=term)
    post_save.connect(repeat_new_name_of_term, sender=term)
