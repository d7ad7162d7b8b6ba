"""The forms in which editors write: few fields, plain refusals, and who sees what."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from calendar_app.models import ConferenceCallPage, EventPage, WebinarPage
from home.models import AnnouncementPage, ContentPage
from library.models import ResourcePage
from tests import factories
from tests.admin_forms import add_address, edit_address, form_of, send

TYPES = [AnnouncementPage, EventPage, ConferenceCallPage, WebinarPage, ResourcePage]


def text_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def sentence(response) -> str:
    return form_of(response).find(attrs={"data-who-sees-sentence": True}).get_text(strip=True)


@pytest.mark.parametrize("model", TYPES)
def test_a_form_shows_at_most_eight_fields_before_what_is_folded_away(as_persona, model):
    form = form_of(as_persona("ohio-editor").get(add_address(model)))
    content = form.find(id="tab-content")
    for folded in content.select(".w-panel.collapsed"):
        folded.decompose()
    for template in content.find_all("template"):
        template.decompose()
    shown = content.select("[data-field], [data-contentpath-disabled]")
    assert 3 <= len(shown) <= 8, [field.get("data-contentpath") for field in shown]
    assert all(panel.get_text(strip=True) for panel in content.select(".w-panel__heading"))


@pytest.mark.parametrize("model", TYPES)
def test_the_address_and_search_engine_fields_are_not_on_the_first_tab(as_persona, model):
    form = form_of(as_persona("ohio-editor").get(add_address(model)))
    first = form.find(id="tab-content")
    assert not first.find(attrs={"name": "slug"})
    assert not first.find(attrs={"name": "seo_title"})
    assert form.find(attrs={"name": "slug"})
    assert not form.find(attrs={"name": "show_in_menus"})


@pytest.mark.parametrize("model", TYPES)
def test_the_default_audience_and_its_reason_stand_at_the_field(as_persona, model):
    form = form_of(as_persona("ohio-editor").get(add_address(model)))
    chosen = form.find("input", attrs={"name": "audience", "checked": True})
    assert chosen["value"] == model.default_audience
    assert chosen["type"] == "radio"
    assert model.audience_reason in form.find(id="panel-child-content-audience-section").get_text(" ", strip=True)


def test_the_section_choice_names_the_section(as_persona):
    response = as_persona("ohio-editor").get(add_address(AnnouncementPage))
    assert "Only members in Ohio" in text_of(response)


def test_shared_content_is_not_offered_to_one_section(as_persona):
    response = as_persona("community-editor").get(add_address(AnnouncementPage, None))
    assert not form_of(response).find("input", attrs={"name": "audience", "value": "section"})


def test_a_section_audience_in_a_shared_place_is_refused_with_a_way_out(as_persona):
    response = send(
        as_persona("community-editor"),
        add_address(AnnouncementPage, None),
        "action-publish",
        title="For some",
        audience="section",
        body="<p>Long text that must stay.</p>",
    )
    assert response.status_code == 200
    assert "belongs to the whole community" in text_of(response)
    assert "Long text that must stay." in response.content.decode()


def test_an_announcement_needs_only_a_title(as_persona):
    response = send(
        as_persona("ohio-editor"), add_address(AnnouncementPage), "action-publish", title="Clinic hours change"
    )
    assert response.status_code == 302
    page = AnnouncementPage.objects.get()
    assert (page.slug, page.live, page.section.title) == ("clinic-hours-change", True, "Ohio")


def test_publishing_without_a_title_is_refused_and_keeps_what_was_typed(as_persona):
    response = send(
        as_persona("ohio-editor"),
        add_address(AnnouncementPage),
        "action-publish",
        summary="Kept",
        body="<p>Kept too</p>",
    )
    assert response.status_code == 200
    html = response.content.decode()
    assert "This field is required" in html
    assert "Kept" in html
    assert "Kept too" in html


def test_a_banner_that_ends_before_it_starts_is_refused(as_persona):
    response = send(
        as_persona("ohio-editor"),
        add_address(AnnouncementPage),
        "action-publish",
        title="Ice storm",
        urgent_from="2026-12-02 10:00",
        urgent_until="2026-12-01 10:00",
    )
    assert response.status_code == 200
    assert "The banner must end after it starts." in text_of(response)
    assert "2026-12-02 10:00" in response.content.decode()


def test_a_heading_that_skips_a_level_is_refused_by_its_name(as_persona):
    client = as_persona("ohio-editor")
    response = send(
        client,
        add_address(AnnouncementPage),
        "action-publish",
        title="Steps",
        body="<h2>First</h2><p>a</p><h4>Who signs</h4>",
    )
    assert response.status_code == 200
    field = form_of(response).find(id="panel-child-content-body-section")
    assert "“Who signs” is a Heading 4, but the one above it is a Heading 2." in field.get_text(" ")


def test_a_draft_may_be_saved_with_headings_out_of_order(as_persona):
    response = send(as_persona("ohio-editor"), add_address(AnnouncementPage), title="Steps", body="<h4>Later</h4>")
    assert response.status_code == 302


def test_a_heading_inside_a_text_block_counts_in_the_outline():
    from django.core.exceptions import ValidationError

    block = EventPage._meta.get_field("body").stream_block
    good = block.to_python(
        [
            {"type": "heading", "value": {"text": "A", "level": "h2"}},
            {"type": "text", "value": "<h3>B</h3><p>x</p>"},
        ]
    )
    block.clean(good)
    bad = block.to_python(
        [
            {"type": "heading", "value": {"text": "A", "level": "h2"}},
            {"type": "text", "value": "<h4>Too deep</h4>"},
        ]
    )
    with pytest.raises(ValidationError) as refused:
        block.clean(bad)
    assert "Too deep" in str(refused.value.block_errors[1])


def test_a_new_event_starts_in_the_zone_of_its_section(as_persona):
    form = form_of(as_persona("texas-editor").get(add_address(EventPage, "Texas")))
    assert form.find("select", attrs={"name": "tz"}).find("option", selected=True)["value"] == "America/Chicago"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("1:30", 90),
        ("1:30:00", 90),
        ("0:45", 45),
        ("90 min", 90),
        ("2 hours", 120),
        ("1 h 15 min", 75),
        ("2 days", 2880),
    ],
)
def test_a_length_is_read_as_people_write_it(as_persona, written, minutes):
    response = send(
        as_persona("ohio-editor"),
        add_address(EventPage),
        "action-publish",
        title="Training",
        start_date="2026-12-10",
        start_time="14:00",
        duration=written,
    )
    assert response.status_code == 302
    assert EventPage.objects.get().duration == dt.timedelta(minutes=minutes)


def test_a_length_nobody_can_read_is_refused_with_an_example(as_persona):
    response = send(
        as_persona("ohio-editor"),
        add_address(EventPage),
        "action-publish",
        title="Training",
        start_date="2026-12-10",
        start_time="14:00",
        duration="a while",
    )
    assert response.status_code == 200
    assert "for example 1:30" in text_of(response)
    assert "a while" in response.content.decode()


def test_a_new_page_says_that_nobody_sees_it_and_who_will(as_persona):
    assert sentence(as_persona("ohio-editor").get(add_address(EventPage))) == (
        "Nobody sees this now; anyone will after you publish."
    )


def test_a_draft_for_one_section_counts_its_members(as_persona):
    page = factories.announcement(publish=False, audience="section")
    # member, reviewer, editor and lead of Ohio
    assert sentence(as_persona("ohio-editor").get(edit_address(page))) == (
        "Nobody sees this now; 4 members in Ohio will after you publish, nobody else."
    )


def test_a_reviewer_reads_that_it_is_for_somebody_else_to_publish(as_persona):
    client = as_persona("ohio-reviewer")
    assert "once it is published" in sentence(client.get(add_address(AnnouncementPage)))


def test_a_narrower_draft_of_an_open_page_says_both_and_offers_to_close_it(as_persona):
    client = as_persona("ohio-editor")
    page = factories.announcement(audience="public")
    send(client, edit_address(page), audience="section")
    response = client.get(edit_address(page))
    assert sentence(response) == "Anyone sees this now; 4 members in Ohio will after you publish, nobody else."
    assert not form_of(response).find(attrs={"data-who-sees-close": True}).has_attr("hidden")


def test_an_unchanged_audience_is_one_statement(as_persona):
    page = factories.announcement(audience="public")
    response = as_persona("ohio-editor").get(edit_address(page))
    assert sentence(response) == "Anyone sees this, now and after you publish."
    assert form_of(response).find(attrs={"data-who-sees-close": True}).has_attr("hidden")


def test_an_expired_page_is_seen_by_nobody(as_persona):
    page = factories.announcement(audience="public")
    AnnouncementPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    assert sentence(as_persona("ohio-editor").get(edit_address(page))).startswith("Nobody sees this now")


def test_close_it_now_closes_the_live_page_and_keeps_the_draft_a_draft(as_persona):
    client = as_persona("ohio-editor")
    page = factories.announcement(audience="public", title="As it was", summary="Old words")
    response = send(client, edit_address(page), "action-close-now", audience="section", summary="New words")
    assert response.status_code == 302
    live = AnnouncementPage.objects.get(pk=page.pk)
    assert (live.audience, live.summary, live.live) == ("section", "Old words", True)
    assert as_persona("visitor").get(page.url).status_code == 302
    assert as_persona("texas-member").get(page.url).status_code == 403
    draft = live.get_latest_revision_as_object()
    assert (draft.audience, draft.summary) == ("section", "New words")
    assert "Closed." in text_of(client.get(edit_address(page)))


def test_close_it_now_never_opens_a_page(as_persona):
    page = factories.announcement(audience="section")
    send(as_persona("ohio-editor"), edit_address(page), "action-close-now", audience="public")
    assert AnnouncementPage.objects.get(pk=page.pk).audience == "section"


def test_the_sentence_follows_the_audience_that_is_chosen(as_persona):
    page = factories.announcement(audience="public")
    texas = factories.section("Texas")
    client = as_persona("ohio-editor")
    answer = client.get(f"/admin/workplace/who-sees/{page.pk}/", {"audience": "section", "also_in": texas.pk}).json()
    assert answer == {
        "sentence": "Anyone sees this now; 6 members in Ohio and Texas will after you publish, nobody else.",
        "narrows": True,
    }


def test_nobody_learns_the_sentence_of_a_page_that_they_may_not_edit(as_persona):
    page = factories.announcement(audience="section", title="Secret plan")
    response = as_persona("texas-editor").get(f"/admin/workplace/who-sees/{page.pk}/")
    assert response.status_code in (302, 403, 404)
    assert b"members" not in response.content


def test_after_publishing_the_address_and_who_sees_it_are_told(as_persona):
    client = as_persona("ohio-editor")
    page = factories.announcement(publish=False, audience="section")
    response = send(client, edit_address(page), "action-publish")
    told = text_of(client.get(response.url))
    assert f"{page.get_url()}" in told
    assert "4 members in Ohio see it, nobody else." in told


def test_what_is_scheduled_says_from_when(as_persona):
    client = as_persona("ohio-editor")
    page = factories.announcement(publish=False, audience="public")
    send(client, edit_address(page), go_live_at="2099-01-05 14:00")
    assert sentence(client.get(edit_address(page))) == "Nobody sees this now; anyone will from Jan 5, 2099, 2 p.m."


@pytest.mark.slow
def test_every_content_type_has_a_form_that_opens_again_after_it_was_saved(as_persona):
    client = as_persona("ohio-editor")
    for model in TYPES:
        page = factories.page(model, publish=False)
        assert client.get(edit_address(page)).status_code == 200
        assert send(client, edit_address(page)).status_code == 302
    assert ContentPage.objects.count() == len(TYPES)
