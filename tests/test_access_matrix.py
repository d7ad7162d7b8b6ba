"""Who sees what, everywhere: every surface of `tests.matrix` as every persona, searched for every canary word."""

from __future__ import annotations

import pytest
import time_machine
from django.db import transaction
from django.urls import get_resolver
from wagtail.models import Page, get_page_models

from search import spelling
from tests import matrix
from tests.matrix import SEARCHED, SEES, SURFACES, Filed, Surface, Thing, Told, World
from tests.personas import FURTHER, PERSONAS, person


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> World:
    """The things to look for, made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield matrix.make_world()
        transaction.set_rollback(True)


@pytest.fixture(params=[*PERSONAS, *FURTHER])
def persona(request) -> str:
    """Each persona in turn, also those that other tests have no use for."""
    return request.param


def everything_of(response) -> str:
    """Headers and body of an answer, as one text."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    text = body.decode("utf-8", errors="replace").replace("\r\n ", "")  # calendars fold long lines
    return f"{headers}\n\n{text}"


def may_see(persona: str, thing: Thing | Told | Filed) -> bool:
    return thing.level in SEES[persona]


def assert_not_stored(response, persona: str) -> None:
    cache = response.headers.get("Cache-Control", "")
    assert "no-store" in cache, f"{persona} got an answer that a shared cache may keep: {cache!r}"
    assert "private" in cache


def check(surface: Surface, persona: str, world: World, client) -> None:
    """A surface shows a persona what is theirs and nothing else."""
    text = ""
    for address in surface.addresses(world):
        for page in range(1, 2 if surface.public_only else surface.pages + 1):
            target = address + (f"{'&' if '?' in address else '?'}page={page}" if page > 1 else "")
            response = client.get(target, follow=False)
            assert response.status_code in (200, 304), f"{target} answered {response.status_code}"
            if persona != "visitor" and not surface.public_only:
                assert_not_stored(response, persona)
            text += everything_of(response)
    reader = "visitor" if surface.public_only else persona
    for thing in world.things:
        if not may_see(reader, thing):
            assert thing.word not in text, f"{persona} read {thing} at {surface.name}"
        elif surface.shows(thing):
            assert f"Title {thing.word}" in text or thing.page.slug in text, f"{persona} missed {thing}"
    for told in world.told:
        if not may_see(reader, told):
            assert told.word not in text, f"{persona} read {told} at {surface.name}"
        elif told.field in surface.shows_told:
            assert told.word in text, f"{persona} missed {told}"
    for filed in world.filed:
        if not may_see(reader, filed):
            assert filed.word not in text, f"{persona} read {filed} at {surface.name}"
        elif surface.shows_files:
            assert filed.word in text, f"{persona} missed {filed}"


def named(surface: Surface) -> str:
    """What a surface is called in a report."""
    return f"{surface.name} {surface.addresses(World())[:1]}"


@pytest.mark.slow
@pytest.mark.parametrize("surface", [one for one in SURFACES if one.name not in SEARCHED], ids=named)
def test_a_surface_shows_each_persona_what_is_theirs_and_nothing_else(surface, persona, world, as_persona):
    check(surface, persona, world, as_persona(persona))


@pytest.mark.slow
@pytest.mark.parametrize("ended", ["account", "membership"])
def test_whoever_is_put_out_in_mid_session_sees_no_more_than_others_outside(ended, world, as_persona):
    client = as_persona("ohio-member")
    assert client.get(world.pick(level="ohio")[0].page.get_url()).status_code == 200
    user = person("ohio-member")
    if ended == "account":
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.memberships.update(active=False)
    text = ""
    for surface in SURFACES:
        for address in surface.addresses(world):
            text += everything_of(client.get(address))
    for hidden in [*world.things, *world.told, *world.filed]:
        if not may_see("visitor", hidden):
            assert hidden.word not in text, hidden
    for thing in world.pick(level="ohio") + world.pick(level="members"):
        assert client.get(thing.page.get_url()).status_code == (302 if ended == "account" else 403)


@pytest.mark.slow
def test_a_page_opens_for_those_who_may_see_it_and_tells_the_others_nothing(persona, world, as_persona):
    client = as_persona(persona)
    for thing in world.things:
        address = thing.page.get_url()
        response = client.get(address)
        if may_see(persona, thing):
            assert response.status_code == 200
            assert thing.word in everything_of(response)
        elif thing.level == "nobody":
            assert response.status_code == 404
        elif persona == "visitor":
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/accounts/login/?next=")
        else:
            assert response.status_code == 403
        if not may_see(persona, thing):
            own_address = everything_of(response).replace(address, "")
            assert f"Title {thing.word}" not in own_address
            assert f"Body {thing.word}" not in own_address
            assert_not_stored(response, persona) if response.status_code != 404 else None
        elif persona != "visitor" or thing.level != "public":
            assert_not_stored(response, persona)


def test_how_to_join_and_the_notes_of_a_call_are_for_members_alone(persona, world, as_persona):
    for thing in world.pick(type="call", level="public"):
        with time_machine.travel(thing.page.spans()[0].starts_at, tick=False):  # the link is shown while one can join
            text = everything_of(as_persona(persona).get(thing.page.get_url()))
        member = "members" in SEES[persona]
        assert (f"Passcode {thing.word}" in text) is member
        assert (f"calls.example/{thing.word}" in text) is member
        assert (f"Body {thing.word}" in text) is member


@pytest.mark.slow
def test_the_calendar_file_of_an_event_is_as_visible_as_its_page(persona, world, as_persona):
    client = as_persona(persona)
    for thing in world.things:
        if thing.type not in ("event", "call", "webinar"):
            continue
        response = client.get(f"/calendars/event/{thing.page.uid}.ics")
        text = everything_of(response)
        if may_see(persona, thing):
            assert response.status_code == 200
            assert f"Title {thing.word}" in text
        else:
            assert response.status_code == (404 if thing.level == "nobody" else 302 if persona == "visitor" else 403)
            assert thing.word not in text
        assert f"Passcode {thing.word}" not in text
        if thing.level != "public" and response.status_code != 404:
            assert_not_stored(response, persona)


@pytest.mark.slow
def test_a_file_and_its_text_are_as_visible_as_the_pages_that_use_it(persona, world, as_persona):
    client = as_persona(persona)
    editor_of = {
        "ohio-reviewer": "Ohio",  # who approves a page reads its files
        "ohio-editor": "Ohio",
        "ohio-lead": "Ohio",
        "texas-editor": "Texas",
        "texas-lead": "Texas",
        "community-editor": None,
    }
    for thing in world.things:
        response = client.get(f"/files/{thing.document.uuid}/")
        allowed = may_see(persona, thing)
        if thing.type == "call" and thing.level == "public":
            allowed = "members" in SEES[persona]  # its only use is in the notes
        if persona == "admin" or (persona in editor_of and editor_of[persona] == thing.place):
            allowed = True  # they may edit the file
        text = everything_of(response)
        if allowed:
            assert response.status_code == 200, thing
            assert f"Content {thing.word}" in text
        else:
            assert response.status_code == (302 if persona == "visitor" else 403), thing
            assert thing.word not in text
        if not allowed or thing.level != "public" or thing.type == "call":
            assert_not_stored(response, persona)
            assert "ETag" not in response.headers
        if thing.type in ("resource", "call"):  # used in a list of files, used in what only members read
            read = client.get(f"/files/{thing.document.uuid}/text/")
            assert read.status_code == response.status_code, thing
            assert (thing.word.replace("canary", "quill") in everything_of(read)) is allowed
            assert allowed or thing.word not in everything_of(read)
            if not allowed or thing.level != "public" or thing.type == "call":
                assert_not_stored(read, persona)


def test_a_restricted_image_is_as_visible_as_the_pages_that_use_it(persona, world, as_persona):
    client = as_persona(persona)
    shown = 0
    for thing in world.things:
        if not thing.image:
            continue
        for address in (thing.image.file.url, thing.image.get_rendition("width-200").url):
            assert address.startswith("/images/restricted/")
            response = client.get(address)
            own = persona in ("ohio-editor", "ohio-lead") and thing.place == "Ohio"
            own = own or (persona, thing.place) in (
                ("texas-editor", "Texas"),
                ("texas-lead", "Texas"),
                ("community-editor", None),
            )
            allowed = may_see(persona, thing) or own or persona == "admin"
            assert response.status_code == (200 if allowed else 302 if persona == "visitor" else 403), thing
            assert_not_stored(response, persona)
            shown += 1
    assert shown >= 6


def test_a_file_tells_nothing_to_a_conditional_request(world, as_persona):
    for thing in world.pick(level="ohio"):
        response = as_persona("visitor").get(
            f"/files/{thing.document.uuid}/", HTTP_IF_NONE_MATCH=f'"{thing.document.file_hash}"'
        )
        assert response.status_code == 302


def test_a_stored_file_has_no_address_that_a_web_server_would_serve(world, as_persona, settings):
    for thing in world.pick(level="ohio"):
        assert not (settings.MEDIA_ROOT / thing.document.file.name).exists()
        with pytest.raises(NotImplementedError):
            _ = thing.document.file.url


def test_a_hidden_page_changes_no_number_that_others_see(world, as_persona):
    from tests import factories

    addresses = ("/library/", "/search/?q=canar*", "/search/?q=hiden+canary", "/search/suggest/?q=canary")

    def numbers() -> list[str]:
        spelling.learn()
        return [as_persona("visitor").get(address).content.decode() for address in addresses]

    before = numbers()
    factories.resource("Ohio", audience="section", title="canary hidden", year=1999, source_state="OH")
    factories.resource("Ohio", publish=False, title="canary draft", year=1999)
    assert numbers() == before


def names_in(patterns, prefix: str = ""):
    """Every named address in a list of URL patterns, with its path; unnamed ones by their view."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from names_in(pattern.url_patterns, path)
        else:
            view = pattern.callback
            yield path, pattern.name or f"{view.__module__}.{view.__name__}"


def test_every_address_of_the_site_is_named_in_the_table():
    named = {surface.name for surface in SURFACES} | matrix.WITHOUT_CONTENT.keys()
    missing = {
        (path, name)
        for path, name in names_in(get_resolver().url_patterns)
        if not path.startswith("admin/") and name not in named and not name.startswith(tuple(matrix.PREFIXES))
    }
    assert missing == set()


def test_every_page_type_is_named_in_the_table():
    named = {surface.name for surface in SURFACES} | {model.__name__ for model in matrix.MODELS.values()}
    ours = {model.__name__ for model in get_page_models() if model is not Page and model.is_creatable}
    assert ours - named == set()


def test_every_persona_is_in_the_table():
    assert {*PERSONAS, *FURTHER} == set(SEES)
