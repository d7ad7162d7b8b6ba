"""What is a person's own to decide: taking their data along, deleting the account, agreeing to the privacy notice."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail as outbox
from django.db import models
from django.http import HttpResponse
from django.test import Client, RequestFactory, TestCase
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Comment, ModelLogEntry, Revision

from home.models import AnnouncementPage, CommunitySettings, HomePage, SiteDocument, Topic
from members.models import (
    Action,
    AuditEntry,
    Consent,
    Follow,
    Invitation,
    Membership,
    PersonMessage,
    Profile,
    Role,
    User,
    record,
)
from members.privacy import consent, parts
from members.profiles import photos
from tests import factories, joining
from tests.html import problems
from tests.personas import FURTHER, PERSONAS, person
from tests.reading import links_of, words

DATA, DELETE, CONSENT = "/my/data/", "/my/delete/", "/my/consent/"
NAME = "Canaryfirst Canarylast"


def signed_in(name: str = "ohio-member", *, confirmed: bool = True) -> Client:
    """Somebody who signed in by the form, and confirmed it a moment ago."""
    email = f"{name}@worksite.example"
    user = person(name)
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    client = Client()
    assert client.post("/accounts/login/", {"login": email, "password": factories.PASSWORD}).status_code == 302
    if confirmed:
        assert client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD}).status_code == 302
    return client


def opened(response) -> zipfile.ZipFile:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/zip"
    assert "no-store" in response.headers["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


@pytest.fixture
def person_with_a_past() -> User:
    """An Ohio member who has one of everything that is kept of a person."""
    user = person("ohio-member")
    user.first_name, user.last_name, user.organization = *NAME.split(), "Canary House"
    user.time_zone, user.home_section, user.active_at = "America/Boise", factories.section("Ohio"), timezone.now()
    Follow.objects.create(user=user, topic=Topic.objects.get(slug="housing"))
    user.save()
    profile = Profile.objects.get(user=user)
    profile.about, profile.phone = "Canaryabout", "555-0142"
    profile.photo = photos.store(dict.fromkeys(photos.SIZES, b"a photo"))
    profile.save()
    other = person("texas-member")
    PersonMessage.objects.create(sender=user, recipient=other, text="Canarysent", opened="1")
    PersonMessage.objects.create(sender=other, recipient=user, text="Canarygot", opened="2")
    document = factories.document("Canarydocument", b"Canary content", "canary.txt", "Ohio")
    SiteDocument.objects.filter(pk=document.pk).update(uploaded_by_user=user)
    page = factories.announcement("Ohio", title="Canarypage", audience="members")
    AnnouncementPage.objects.filter(pk=page.pk).update(owner=user, locked=True, locked_by=user)
    Revision.objects.filter(object_id=str(page.pk)).update(user=user)
    Comment.objects.create(page=page.page_ptr, user=user, text="Canarycomment", contentpath="title")
    log(page, "wagtail.edit", user=user)
    record(Action.SIGNED_IN, by=user, detail="Canaryline")
    Invitation.objects.create(section=factories.section("Texas"), email=user.email)
    return user


def test_ones_data_comes_as_json_as_a_page_and_with_the_files_and_is_noted(person_with_a_past):
    client = signed_in()
    archive = opened(client.post(DATA))
    data = json.loads(archive.read("data.json"))
    text = json.dumps(data)
    for word in (
        "Canaryabout",
        "Canarysent",
        "Canarygot",
        "Canarydocument",
        "Canarypage",
        "Canaryline",
        "Canary House",
    ):
        assert word in text, word
    page = archive.read("data.html").decode()
    assert problems(page) == []
    assert "Canaryabout" in page
    assert "Canarygot" in page
    [file] = [name for name in archive.namelist() if name.startswith("documents/")]
    assert archive.read(file) == b"Canary content"
    assert archive.read("photo.webp") == b"a photo"
    line = AuditEntry.objects.filter(action=Action.EXPORTED).first()
    assert (line.by, line.about) == (person_with_a_past, person_with_a_past)
    for secret in (person_with_a_past.password, "texas-member@"):
        assert secret not in text + page


def test_the_password_comes_before_the_data_and_the_download_follows_it(person_with_a_past):
    client = signed_in(confirmed=False)
    asked = client.post(DATA)
    assert asked.status_code == 302
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert not AuditEntry.objects.filter(action=Action.EXPORTED).exists()
    wrong = client.post(asked.url, {"password": "not the password"})
    assert "This is not your password" in words(wrong)
    answer = client.post(asked.url, {"password": factories.PASSWORD, "next": DATA})
    assert "data.json" in opened(answer).namelist()


def test_a_file_that_is_gone_is_named_and_the_rest_comes(person_with_a_past):
    profile = Profile.objects.get(user=person_with_a_past)
    photos.remove(profile.photo)
    archive = opened(signed_in().post(DATA))
    assert json.loads(archive.read("data.json"))["missing_files"] == ["photo.webp"]
    assert "photo.webp" in archive.read("data.html").decode()


def test_a_later_app_adds_its_part_by_one_function(monkeypatch):
    monkeypatch.setattr(parts, "_functions", list(parts._functions))

    @parts.part
    def followed(user):
        return parts.Part("canary", "What is new", [{"topic": "Canarytopic", "of": str(user)}])

    archive = opened(signed_in().post(DATA))
    assert json.loads(archive.read("data.json"))["canary"][0]["topic"] == "Canarytopic"
    assert "What is new" in archive.read("data.html").decode()


@pytest.mark.parametrize("name", [*PERSONAS, *FURTHER])
def test_everybody_with_an_account_reaches_their_own_and_opening_a_page_changes_nothing(name, as_persona):
    client = as_persona(name)
    before = counts()
    for address in (DATA, DELETE, CONSENT):
        for method in (client.get, client.head):
            assert method(address).status_code == (302 if name == "visitor" else 200), address
    assert counts() == before
    assert client.post(DATA).status_code == 302  # to the password
    assert client.post(DELETE).status_code == 302
    assert name == "visitor" or person(name).is_active


def counts() -> dict[str, int]:
    left_out = {"sessions.session", "usersessions.usersession"}
    return {m._meta.label: m.objects.count() for m in apps.get_models() if m._meta.label_lower not in left_out}


def test_a_deleted_account_leaves_what_was_written_and_nothing_personal(person_with_a_past):
    user, client, elsewhere = person_with_a_past, signed_in(), signed_in(confirmed=False)
    photo = Profile.objects.get(user=user).photo
    ModelLogEntry.objects.log_action(user, "wagtail.edit")
    outbox.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(DELETE)
    assert answer.url == "/"
    assert "Your account is deleted" in words(client.get("/"))
    assert client.get("/my/profile/").status_code == 302
    assert elsewhere.get("/my/profile/").status_code == 302
    user.refresh_from_db()
    assert (str(user), user.is_active, user.has_usable_password()) == ("Former member", False, False)
    assert (user.time_zone, user.home_section, user.active_at, user.last_login) == ("", None, None, None)
    for model in (Profile, Membership, Authenticator, EmailAddress, Consent, Follow):
        assert not model.objects.filter(user=user).exists(), model
    assert not PersonMessage.objects.exists()
    assert not Invitation.objects.exists()
    with pytest.raises(FileNotFoundError):
        photos.read(photo, 96)
    page = AnnouncementPage.objects.get(title="Canarypage")
    assert (page.owner, page.locked, page.latest_revision.user) == (user, False, user)
    assert Comment.objects.get(text="Canarycomment").user == user
    assert SiteDocument.objects.get(title="Canarydocument").uploaded_by_user == user
    [mail] = [message for message in outbox.outbox if message.subject == "Your account is deleted"]
    assert mail.to == ["ohio-member@worksite.example"]
    assert "Canary" not in mail.body
    assert everything_kept().count("Canarylast") == 0
    assert everything_kept().count("ohio-member@") == 0


def everything_kept() -> str:
    """Every text of every table, but for sessions and the mail that was written (kept for two weeks)."""
    left_out = {"sessions.session", "operations.outgoingmail"}
    texts = []
    for model in apps.get_models():
        if model._meta.label_lower not in left_out and model._meta.managed:
            names = [
                field.name
                for field in model._meta.concrete_fields
                if isinstance(field, (models.CharField, models.TextField, models.JSONField))
            ]
            texts += [str(row) for row in model._base_manager.values_list(*names)] if names else []
    return "\n".join(texts)


def test_a_former_members_pages_open_and_their_history_works_in_the_admin(person_with_a_past, as_persona):
    signed_in().post(DELETE)
    page = AnnouncementPage.objects.get(title="Canarypage")
    editor = as_persona("ohio-editor")
    assert editor.get(page.url).status_code == 200
    assert editor.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert "Former member" in editor.get(f"/admin/pages/{page.pk}/history/").content.decode()
    assert as_persona("admin").get("/admin/members/auditentry/").status_code == 200
    assert NAME not in as_persona("admin").get("/admin/members/auditentry/").content.decode()


@pytest.mark.parametrize("name", ["ohio-lead", "admin"])
def test_who_holds_a_place_alone_hands_over_first(name):
    client = signed_in(name)
    page = client.get(DELETE)
    assert problems(page.content.decode()) == []
    if name == "ohio-lead":
        membership = person(name).memberships.get()
        assert f"/my/members/ohio/{membership.pk}/hand-over/" in links_of(page)
    else:
        assert "no other administrator" in words(page)
    client.post(DELETE)
    assert person(name).is_active
    if name == "ohio-lead":
        Membership.objects.create(user=person("ohio-editor"), section=None, role=Role.LEAD)
        factories.user("second@worksite.example", ("Ohio", "lead"))
        assert client.post(DELETE).url == "/"
        assert not User.objects.filter(email="ohio-lead@worksite.example").exists()


def test_the_password_comes_before_the_end():
    client = signed_in(confirmed=False)
    asked = client.post(DELETE)
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert person("ohio-member").is_active
    assert client.post(asked.url, {"password": factories.PASSWORD, "next": DELETE}).status_code == 302
    assert not User.objects.filter(email="ohio-member@worksite.example").exists()


def test_the_address_of_a_former_member_can_be_used_for_a_new_account():
    signed_in().post(DELETE)
    outbox.outbox.clear()
    joining.ask(email="ohio-member@worksite.example")
    assert User.objects.get(email="ohio-member@worksite.example").first_name == "Jo"


def raise_version() -> int:
    site = HomePage.objects.get().get_site()
    settings = CommunitySettings.for_site(site)
    settings.privacy_version += 1
    settings.save()
    return settings.privacy_version


def test_the_joining_form_names_the_notice_and_records_the_version_that_was_agreed_to(client):
    assert "/privacy/" in links_of(client.get("/accounts/signup/"))
    version = raise_version()
    joining.ask()
    assert [one.version for one in Consent.objects.filter(user__email="jo@agency.example")] == [version]


def test_whoever_agreed_to_an_older_version_is_asked_at_the_next_sign_in_and_not_before(as_persona):
    before = signed_in()
    version = raise_version()
    assert before.get("/library/").status_code == 200
    client = signed_in(confirmed=False)
    asked = client.get("/library/?topic=housing")
    assert asked.url == f"{CONSENT}?next=%2Flibrary%2F%3Ftopic%3Dhousing"
    page = client.get(asked.url)
    assert "Do you agree to the privacy notice?" in words(page)
    assert problems(page.content.decode()) == []
    client.head(asked.url)
    assert not Consent.objects.filter(user=person("ohio-member"), version=version).exists()
    assert client.post(CONSENT, {"next": "/library/?topic=housing"}).url == "/library/?topic=housing"
    assert client.get("/library/").status_code == 200
    assert Consent.objects.filter(user=person("ohio-member"), version=version).count() == 1
    assert signed_in().get("/library/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/privacy/", DATA, DELETE, CONSENT, "/contact/?about=privacy", "/accounts/logout/"]
)
def test_whoever_does_not_agree_reads_the_notice_takes_the_data_along_deletes_or_signs_out(address):
    raise_version()
    client = signed_in(confirmed=False)
    assert client.get(address).status_code == 200
    assert client.get("/admin/").url.startswith(CONSENT)


def test_whoever_does_not_agree_can_delete_the_account():
    raise_version()
    client = signed_in()
    assert client.post(DATA).status_code == 200
    assert client.post(DELETE).url == "/"
    assert not User.objects.filter(email="ohio-member@worksite.example").exists()


def test_agreeing_leads_to_no_other_site_and_twice_is_once():
    raise_version()
    client = signed_in(confirmed=False)
    assert client.post(CONSENT, {"next": "https://evil.example/"}).url == "/"
    assert client.post(CONSENT, {"next": "//evil.example/"}).url == "/"
    assert "There is nothing to do" in words(client.get(CONSENT))


def test_a_visitor_without_a_cookie_costs_the_question_no_look_into_a_session():
    request = RequestFactory().get("/library/")
    request.session = SessionStore()
    consent.ConsentMiddleware(lambda request: HttpResponse())(request)
    assert not request.session.accessed


def test_what_stays_with_a_former_member_would_stay_without_the_account_too():
    """The log, answers that were given and pages are no part of a person: deleting one must not take them along."""
    stays = {
        f"{relation.related_model._meta.label_lower}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if hasattr(relation, "on_delete") and relation.auto_created and relation.on_delete is not models.CASCADE
    }
    assert {
        "members.auditentry.by",
        "members.auditentry.about",
        "members.invitation.invited_by",
        "members.joinrequest.decided_by",
        "home.contactmessage.answered_by",
        "wagtailcore.page.owner",
        "wagtailcore.revision.user",
    } <= stays
