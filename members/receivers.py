"""A new place gets its groups and its workflow; a new page of the whole community its editors."""

from allauth.account.signals import email_confirmed
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from home.models import HomePage, SectionPage, StandardPage, Topic
from home.signals import place_created, terms_merged
from members import beginning, following, roles
from members.joining import inviting
from members.models import JoinRequest, Membership, Profile, ProfileFacet, User
from members.models.memberships import NO_ROLE, sync_groups
from members.profiles import facets


@receiver(place_created)
def add_groups_and_workflow(page, **kwargs) -> None:
    """Make the groups of a new home page or section, and its one-step workflow."""
    groups = roles.make_groups(page)
    name = f"{roles.place_name(page)} review"
    task = GroupApprovalTask.objects.create(name=name)
    task.groups.set(groups)
    workflow = Workflow.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=page.pk)


@receiver(post_save, sender=StandardPage)
def give_it_to_the_community(instance, created, **kwargs) -> None:
    """A new page right below home is shared by all, so the community's groups get their rights over it."""
    home = HomePage.objects.first() if created else None
    if home and instance.is_child_of(home):
        roles.make_groups(home)


@receiver(post_delete, sender=Membership)
def take_the_groups_back(instance, origin=None, **kwargs) -> None:
    """A membership that is deleted, alone or with others, takes its rights along.

    What goes with a person or a section leaves no line: the log could not point to what is being deleted.
    """
    sync_groups(instance.user)
    if getattr(origin, "model", type(origin)) is Membership:
        instance.note(instance.standing, NO_ROLE)


@receiver(post_save, sender=Membership)
def answer_what_was_asked(instance, **kwargs) -> None:
    """Whoever becomes a member, by whatever way, has their request for that section approved by it."""
    if instance.active:
        asked = JoinRequest.objects.filter(user=instance.user, section=instance.section_id, decided_at=None)
        asked.update(decided_at=timezone.now(), decided_by=instance.changed_by, approved=True)


@receiver(email_confirmed)
def bring_requests_on_their_way(email_address, **kwargs) -> None:
    """A confirmed address sends its person's requests to those who answer them."""
    inviting.when_confirmed(email_address.user)


@receiver(post_save, sender=User)
def find_the_person_anew(instance, created, update_fields, **kwargs) -> None:
    """A new name, or an account that was closed or opened, changes how the directory finds somebody. A sign-in does not."""
    if not created and set(update_fields or ()) != {"last_login"}:
        facets.project(instance.pk)


@receiver([post_save, post_delete], sender=Membership)
def find_the_member_anew(instance, **kwargs) -> None:
    """A new part, or the end of one."""
    facets.project(instance.user_id)


@receiver(post_save, sender=Profile)
def find_the_profile_anew(instance, raw=False, **kwargs) -> None:
    """What somebody tells, and whom."""
    facets.project(instance.user_id)


@receiver(m2m_changed, sender=Profile.topics.through)
def find_by_topics_anew(instance, action, **kwargs) -> None:
    """What somebody knows about."""
    if action.startswith("post_") and isinstance(instance, Profile):
        facets.project(instance.user_id)


@receiver(terms_merged, sender=Topic)
def know_about_the_other_topic(term, into, **kwargs) -> None:
    """Whoever knew about a topic that is no more knows about the one that took its place."""
    for profile in Profile.objects.filter(topics=term):
        profile.topics.add(into)
        profile.topics.remove(term)


@receiver(post_delete, sender=Topic)
def forget_the_topic(instance, **kwargs) -> None:
    """A topic that is deleted is no choice any more."""
    ProfileFacet.objects.filter(name="topic", value=instance.slug).delete()


@receiver(post_save, sender=SectionPage)
def follow_the_section(instance, created, **kwargs) -> None:
    """A section at another address keeps its people."""
    here = Membership.objects.filter(section=instance, active=True).values("user")
    found = ProfileFacet.objects.filter(name="state", value=instance.slug)
    people = Profile.objects.filter(user__in=here).exclude(pk__in=found.values("profile"))
    for user_id in [] if created else list(people.values_list("user", flat=True)):
        facets.project(user_id)


@receiver(post_save, sender=Membership)
def show_the_way(instance, **kwargs) -> None:
    """A first membership opens the path of a new member."""
    if instance.active:
        beginning.begin(instance.user)


@receiver(terms_merged, sender=Topic)
def go_on_following(term, into, **kwargs) -> None:
    """Whoever followed a topic that became another one follows that."""
    following.move_topic(term, into)
