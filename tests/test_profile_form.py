"""One's own profile: what is kept, what is refused and in which words, what a photo leaves behind, what others see."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from PIL import Image

from home.models import Topic
from members.models import Profile
from members.profiles import photos
from members.profiles.fields import FIELDS
from tests.html import problems
from tests.personas import FURTHER, PERSONAS, person
from tests.reading import block, links_of, words

MINE = "/my/profile/"
GPS = 0x8825


def typed(**values) -> dict:
    """What the form sends, filled in."""
    sent = {"first_name": "Dana", "last_name": "Whitfield", "pronouns": "she/her", "job_title": "Peer supervisor"}
    sent |= {
        "organization": "Ohio office",
        "asked_about": "Supervision",
        "about": "A sentence.",
        "phone": "614-555-0142",
    }
    sent |= {"links": "https://agency.example/team"}
    return sent | {f"see_{name}": field.default for name, field in FIELDS.items()} | values


def picture(size=(900, 600), kind="JPEG", color="teal", exif=None, name="me.jpg") -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, kind, **({"exif": exif} if exif else {}))
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


def profile() -> Profile:
    return Profile.objects.with_parts().get(user=person("ohio-member"))


def files() -> set[str]:
    folder = Path(settings.PRIVATE_ROOT) / photos.FOLDER
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.fixture(autouse=True)
def no_photos():
    """No files of another test."""
    shutil.rmtree(Path(settings.PRIVATE_ROOT) / photos.FOLDER, ignore_errors=True)


@pytest.fixture
def member(as_persona):
    return as_persona("ohio-member")


def test_what_is_typed_is_kept_and_shown_to_those_it_is_for(member, as_persona):
    topics = list(Topic.objects.filter(slug__in=["housing", "training"]).values_list("pk", flat=True))
    assert member.post(MINE, typed(topics=topics, see_email="members", see_phone="nobody")).status_code == 302
    page = member.get(MINE)
    assert "Your profile is saved" in words(page)
    assert problems(page.content.decode()) == []
    for text in ("Dana", "614-555-0142", "https://agency.example/team", "Supervision"):
        assert text in page.content.decode()
    shown = as_persona("texas-member").get(profile().get_absolute_url())
    assert "Peer supervisor" in words(shown)
    assert "ohio-member@worksite.example" in words(shown)
    assert "614-555-0142" not in words(shown)
    assert "Housing" in words(shown)
    own = words(member.get(profile().get_absolute_url()))
    assert "614-555-0142 (Only you)" in own
    assert "(Members)" in own


def test_opening_the_form_writes_nothing(as_persona):
    for name in ("pending", "ohio-member"):
        before = list(Profile.objects.order_by("pk").values())
        assert as_persona(name).get(MINE).status_code == 200
        assert as_persona(name).get(f"{MINE}preview/").status_code == 200
        assert list(Profile.objects.order_by("pk").values()) == before


def test_who_waits_may_fill_it_in_and_nobody_sees_it_until_a_lead_lets_them_in(as_persona):
    client = as_persona("pending")
    assert "Nobody sees your profile before a lead has let you in" in words(client.get(MINE))
    assert client.post(MINE, typed(first_name="Robin", see_name="public")).status_code == 302
    waiting = Profile.objects.get(user=person("pending"))
    assert as_persona("admin").get(waiting.get_absolute_url()).status_code == 404
    assert "Nothing yet" in words(client.get(f"{MINE}preview/"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first_name": " "}, "First name: Enter your first name."),
        ({"phone": "call me"}, "Enter a phone number with its area code"),
        ({"links": "javascript:alert(1)"}, "“javascript:alert(1)” is no web address"),
        ({"links": "http://a.example " * 6}, "These are 6 addresses. Keep at most 5."),
        ({"about": "x" * 1001}, "at most 1000 characters"),
        ({"see_name": "nobody"}, "Select a valid choice"),
        ({"see_phone": "everybody"}, "Select a valid choice"),
        ({"topics": ["999999"]}, "Select a valid choice"),
        ({"photo": SimpleUploadedFile("me.jpg", b"no picture", "image/jpeg")}, "This is no picture that we can read"),
        ({"photo": SimpleUploadedFile("me.svg", b"<svg onload='x'/>", "image/svg+xml")}, "This is no picture"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_nothing_typed_is_lost(member, wrong, said):
    response = member.post(MINE, typed(**{"asked_about": "What I typed"} | wrong))
    assert response.status_code == 200
    assert said in words(response)
    assert "What I typed" in response.content.decode()
    assert problems(response.content.decode()) == []
    assert profile().asked_about == ""
    assert files() == set()


def test_a_photo_is_made_anew_small_square_and_without_what_the_camera_noted(member):
    exif = Image.Exif()
    exif[0x010F] = "Canary camera"
    exif.get_ifd(GPS)[1] = "N"
    exif[0x0112] = 6  # turned
    assert member.post(MINE, typed(photo=picture(exif=exif))).status_code == 302
    stem = profile().photo
    for size in photos.SIZES:
        content = photos.read(stem, size)
        made = Image.open(io.BytesIO(content))
        assert (made.format, made.size) == ("WEBP", (size, size))
        assert not made.getexif()
        assert b"Canary" not in content
        assert len(content) < 60_000


def test_a_picture_of_too_many_pixels_or_bytes_is_refused_before_it_is_unpacked(member, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 1000
    assert "too large" in words(member.post(MINE, typed(photo=picture())))
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100
    assert "too large" in words(member.post(MINE, typed(photo=picture())))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_kinds_of_pictures_are_taken_too_whatever_the_file_is_called(member, kind):
    assert member.post(MINE, typed(photo=picture(kind=kind, name="holiday.exe"))).status_code == 302
    assert photos.read(profile().photo, 96)


def test_a_picture_that_is_cut_off_is_refused_in_words(member):
    whole = picture((2000, 1500)).read()
    response = member.post(MINE, typed(photo=SimpleUploadedFile("me.jpg", whole[: len(whole) // 2], "image/jpeg")))
    assert "This is no picture that we can read" in words(response)


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["public", "members", "sections", "nobody"])
@pytest.mark.parametrize("persona", [*PERSONAS, *FURTHER])
def test_a_photo_is_as_visible_as_its_field(member, audience, as_persona, persona):
    member.post(MINE, typed(photo=picture(), see_photo=audience, see_name="public"))
    address = f"/people/{profile().uuid}/{profile().photo}-96.webp"
    response = as_persona(persona).get(address)
    insiders = {"ohio-member", "ohio-reviewer", "ohio-editor", "ohio-lead", "admin"}
    outsiders = {"visitor", "pending", "declined"}
    allowed = (
        audience == "public"
        or persona == "ohio-member"
        or (audience == "sections" and persona in insiders)
        or (audience == "members" and persona not in outsiders)
    )
    refused = 302 if persona == "visitor" else 403 if persona in outsiders else 404
    assert response.status_code == (200 if allowed else refused)
    if audience == "public":
        assert response.headers["Cache-Control"] == "public, no-cache"
        again = as_persona(persona).get(address, headers={"if-none-match": response.headers["ETag"]})
        assert again.status_code == 304
    elif response.status_code != 404:
        assert "no-store" in response.headers["Cache-Control"]
        assert "ETag" not in response.headers
    small = f"{address} " in as_persona(persona).get("/people/").content.decode().replace('"', " ")
    assert small is allowed


def test_addresses_of_photos_that_are_made_up_lead_nowhere(member, as_persona):
    member.post(MINE, typed(photo=picture()))
    base = f"/people/{profile().uuid}/"
    for name in ("x-96.webp", f"{profile().photo}-97.webp", f"{profile().photo}.webp", "-96.webp"):
        assert as_persona("texas-member").get(base + name).status_code == 404
    assert as_persona("texas-member").get(f"{base}..%2f..%2fsecret-96.webp").status_code == 404


def test_a_photo_that_is_replaced_or_removed_leaves_no_file(member):
    with TestCase.captureOnCommitCallbacks(execute=True):
        member.post(MINE, typed(photo=picture()))
    first = profile().photo
    assert files() == {f"{first}-{size}.webp" for size in photos.SIZES}
    with TestCase.captureOnCommitCallbacks(execute=True):
        member.post(MINE, typed(photo=picture(color="gold")))
    second = profile().photo
    assert files() == {f"{second}-{size}.webp" for size in photos.SIZES}
    with TestCase.captureOnCommitCallbacks(execute=True):
        member.post(MINE, typed(remove_photo="on"))
    assert profile().photo == ""
    assert files() == set()


def test_files_that_a_crash_left_behind_are_swept_and_those_in_use_are_not(member):
    member.post(MINE, typed(photo=picture()))
    left = photos.store({96: b"old"})
    fresh = photos.store({96: b"new"})
    folder = Path(settings.PRIVATE_ROOT) / photos.FOLDER
    hours_ago = timezone.now().timestamp() - 2 * 60 * 60
    for path in folder.iterdir():
        if not path.name.startswith(fresh):
            os.utime(path, (hours_ago, hours_ago))
    photos.sweep()
    assert f"{left}-96.webp" not in files()
    assert f"{fresh}-96.webp" in files()
    assert photos.read(profile().photo, 96)
    photos.remove(fresh)


def test_a_profile_that_cannot_be_saved_changes_nothing(member, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("members.profiles.facets.project", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        member.post(MINE, typed(first_name="Changed"))
    assert person("ohio-member").first_name != "Changed"
    assert profile().about == ""


def test_one_sees_what_a_visitor_a_member_and_a_member_of_ones_section_see(member):
    member.post(MINE, typed(see_name="public", see_about="members", see_phone="sections", see_email="nobody"))
    page = member.get(f"{MINE}preview/")
    assert problems(page.content.decode()) == []
    visitor, anybody, own = (block(page, f"view-{number}") for number in (1, 2, 3))
    assert visitor.startswith("A visitor sees")
    assert own.startswith("A member in Ohio sees")
    assert ["A sentence." in view for view in (visitor, anybody, own)] == [False, True, True]
    assert ["614-555-0142" in view for view in (visitor, anybody, own)] == [False, False, True]
    assert "ohio-member@" not in words(page)
    assert "Nobody sees: e-mail address." in words(page)
    member.post(MINE, typed(see_name="members"))
    assert "Nothing, not even your name." in block(member.get(f"{MINE}preview/"), "view-1")


def test_the_menu_of_a_person_leads_to_the_profile_and_only_members_see_people_in_the_menu(as_persona):
    for name, sees in (("visitor", False), ("pending", False), ("ohio-member", True), ("admin", True)):
        body = as_persona(name).get("/about/").content.decode()
        assert ('href="/people/"' in body) is sees
        assert ('href="/my/profile/"' in body) is (name != "visitor")
    assert as_persona("visitor").get(MINE).status_code == 302
    assert as_persona("visitor").post(MINE, typed()).status_code == 302
    assert as_persona("visitor").get(f"{MINE}preview/").status_code == 302
    assert "/my/profile/preview/" in links_of(as_persona("ohio-member").get(MINE))
