"""Captions are read, or refused with words; what is said becomes a transcript in paragraphs, kept with the page."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.forms import MomentField
from calendar_app.models import Chapter, Transcript
from calendar_app.transcripts import LONGEST, SHORTEST, transcript
from home.webvtt import Cue, WebVTTError, parse
from tests import factories
from tests.admin_forms import edit_address, form_of, send, values

HELD = dt.date(2026, 1, 15)


def vtt(*blocks: str) -> bytes:
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode()


def stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def cue(start: float, end: float, text: str) -> str:
    return f"{stamp(start)} --> {stamp(end)}\n{text}"


# Captions files


def test_captions_are_read_whatever_surrounds_them():
    data = (
        "\ufeffWEBVTT - The opening\r\nKind: captions\r\n\r\nNOTE made by hand\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
        "1\r\n00:01.000 --> 00:02.500 align:start\r\n<v.loud Ana Ruiz>Good <i>morning</i>,\r\nall &amp; sundry.</v>\r\n\r\n"
        "\r\n01:00:03.000 --> 01:00:04.000\r\n<00:00:03.500><c>Later</c>\r\n"
    )
    assert parse(data.encode()) == [
        Cue(1.0, 2.5, "Ana Ruiz", "Good morning, all & sundry."),
        Cue(3603.0, 3604.0, "", "Later"),
    ]


def test_a_caption_of_two_voices_is_two():
    two = cue(1, 3, "<v Ana>Shall we?</v>\n<v Ben Cole>Yes.</v>")
    assert parse(vtt(two)) == [Cue(1, 3, "Ana", "Shall we?"), Cue(1, 3, "Ben Cole", "Yes.")]


def test_captions_out_of_order_are_put_in_order():
    assert [found.text for found in parse(vtt(cue(9, 10, "b"), cue(1, 2, "a")))] == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "begins with the word WEBVTT"),
        (b"WEBVTTX\n", 1, "begins with the word WEBVTT"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", 1, "SRT"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\ncaf\xe9\n", 4, "UTF-8"),
        (b"WEBVTT\n\nHello\n", 3, "no times"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\nand more\n", 6, "no times"),
        (b"WEBVTT\n\n00:01,000 --> 00:02,000\nHello\n", 3, "is not a time"),
        (b"WEBVTT\n\n00:01.000 --> 00:72.000\nHello\n", 3, "is not a time"),
        (b"WEBVTT\n\n00:01.000 -->\nHello\n", 3, "two times"),
        (b"WEBVTT\n\n00:02.000 --> 00:02.000\nHello\n", 3, "ends before it begins"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n00:03.000 --> 00:04.000\nYou\n", 5, "empty line"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nless < more\n", 4, "&lt;"),
    ],
)
def test_captions_that_a_player_would_not_show_whole_are_refused_by_line(data, line, words):
    with pytest.raises(WebVTTError, match=words) as refused:
        parse(data)
    assert refused.value.line == line
    assert str(refused.value).startswith(f"Line {line}: ")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"WEBVTT\n\n{text}".encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data):
    try:
        found = parse(data)
    except WebVTTError as error:
        found, lines = [], data.replace(b"\r", b"\n").count(b"\n") + 1
        refused = error.line
    else:
        refused, lines = 1, 1
    assert 1 <= refused <= lines
    assert all(cue.end > cue.start and cue.text for cue in found)


WORDS = st.lists(
    st.sampled_from(["care", "One", "team.", "Dr.", "why?", "State", "“Yes.”", "10"]), min_size=1, max_size=9
)
SPOKEN = st.lists(
    st.tuples(st.floats(0.5, 9), st.floats(0, 4), st.sampled_from(["", "Ana", "Ben"]), WORDS.map(" ".join)), max_size=60
)


@given(SPOKEN)
def test_written_captions_are_read_back(spoken):
    blocks, expected, clock = [], [], 0.0
    for length, pause, voice, text in spoken:
        start, end = round(clock, 3), round(clock + length, 3)
        blocks.append(cue(start, end, f"<v {voice}>{text}" if voice else text))
        expected.append(Cue(start, end, voice, text))
        clock = end + pause
    assert parse(vtt(*blocks)) == [
        Cue(pytest.approx(found.start), pytest.approx(found.end), found.voice, found.text) for found in expected
    ]


# Transcripts


def cues_of(spoken) -> list[Cue]:
    cues, clock = [], 0.0
    for length, pause, voice, text in spoken:
        cues.append(Cue(clock, clock + length, voice, text))
        clock += length + pause
    return cues


@given(SPOKEN, st.lists(st.integers(0, 300), max_size=4))
def test_a_transcript_keeps_every_word_once_in_order_and_its_paragraphs_readable(spoken, starts):
    cues = cues_of(spoken)
    parts = transcript(cues, [(start, f"From {start}") for start in starts])
    paragraphs = [paragraph for part in parts for paragraph in part["paragraphs"]]
    said = [word for paragraph in paragraphs for _, text in paragraph["sentences"] for word in text.split()]
    assert said == [word for found in cues for word in found.text.split()]
    times = [second for paragraph in paragraphs for second, _ in paragraph["sentences"]]
    assert times == sorted(times)
    for paragraph in paragraphs:
        lasts = paragraph["end"] - paragraph["start"]
        assert lasts <= LONGEST + 1 or len(paragraph["sentences"]) == 1
    assert [part["title"] for part in parts if part["title"]] == [f"From {start}" for start in sorted(starts)]


def test_paragraphs_last_half_a_minute_and_end_with_a_sentence():
    cues = [Cue(n * 5, n * 5 + 5, "Ana", "it worked." if n % 2 else "We tried it and") for n in range(60)]
    (part,) = transcript(cues)
    assert all(SHORTEST <= p["end"] - p["start"] <= LONGEST for p in part["paragraphs"])
    assert all(p["sentences"][-1][1].endswith("worked.") for p in part["paragraphs"])


def test_another_voice_begins_a_paragraph_and_titles_are_not_ends_of_sentences():
    cues = [
        Cue(0, 4, "Ana", "Here is Dr. Cole of the U.S. Navy."),
        Cue(4, 8, "", "He knows."),
        Cue(8, 9, "Ben", "Thanks."),
    ]
    (part,) = transcript(cues)
    assert [(p["voice"], [text for _, text in p["sentences"]]) for p in part["paragraphs"]] == [
        ("Ana", ["Here is Dr. Cole of the U.S. Navy.", "He knows."]),
        ("Ben", ["Thanks."]),
    ]


def test_a_chapter_begins_where_its_time_falls():
    cues = [Cue(0, 10, "", "One. Two."), Cue(10.4, 20, "", "Three.")]
    parts = transcript(cues, [(11, "Later"), (0, "First")])
    assert [(part["title"], [text for p in part["paragraphs"] for _, text in p["sentences"]]) for part in parts] == [
        ("First", ["One.", "Two."]),
        ("Later", ["Three."]),
    ]
    assert parts[0]["paragraphs"][0]["sentences"][1][0] == pytest.approx(5, abs=1)


# Kept with the page


CAPTIONS = vtt(cue(0, 5, "<v Ana>Welcome to all."), cue(700, 705, "<v Ben>The budget comes next."))


def held(**fields):
    fields.setdefault("captions", factories.document("captions", CAPTIONS, "c.vtt", "Ohio"))
    fields.setdefault("recording", factories.document("recording", b"\0" * 64, "c.mp4", "Ohio"))
    return factories.webinar(audience="public", start_date=HELD, **fields)


def said(page) -> str:
    row = Transcript.objects.filter(pk=page.pk).first()
    return " ".join(text for part in row.parts for p in part["paragraphs"] for _, text in p["sentences"]) if row else ""


def test_a_published_webinar_has_the_transcript_of_its_captions_and_chapters():
    page = held(chapters=[Chapter(start=dt.timedelta(minutes=11, seconds=40), title="Money")])
    assert said(page) == "Welcome to all. The budget comes next."
    assert [part["title"] for part in Transcript.objects.get(pk=page.pk).parts] == ["", "Money"]


def test_a_draft_has_no_transcript_row_and_publishing_without_captions_removes_it():
    assert said(held(publish=False)) == ""
    page = held()
    page.captions = None
    page.save_revision().publish()
    assert said(page) == ""


def test_replaced_captions_give_the_transcript_anew():
    page = held()
    document = page.captions
    document.file.save("d.vtt", SimpleUploadedFile("d.vtt", vtt(cue(0, 2, "Corrected."))))
    assert said(page) == "Corrected."


def test_captions_that_cannot_be_read_do_not_keep_a_page_from_being_saved():
    page = held()
    page.captions.file.storage.delete(page.captions.file.name)
    page.save()
    assert said(page) == ""


def test_a_webinar_refuses_captions_that_are_none():
    page = held(publish=False)
    page.captions = factories.document("captions", b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", "c.vtt", "Ohio")
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "SRT" in refused.value.message_dict["captions"][0]


def test_bad_captions_are_refused_when_they_are_uploaded(as_persona):
    answer = as_persona("ohio-editor").post(
        "/admin/documents/add/",
        {
            "title": "Captions",
            "collection": factories.section("Ohio").collection.pk,
            "file": SimpleUploadedFile("talk.vtt", b"WEBVTT\n\nHello there\n"),
        },
    )
    assert "Line 3: no times stand above this text" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "seconds"), [("0:05", 5), ("12:30", 750), ("1:02:30", 3750), ("75:00", 4500), (" 3:00 ", 180)]
)
def test_the_time_of_a_chapter_is_typed_as_players_show_it(typed, seconds):
    field = MomentField()
    assert field.clean(typed) == dt.timedelta(seconds=seconds)
    assert field.clean(field.prepare_value(dt.timedelta(seconds=seconds))) == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("typed", ["12", "12:60", "1:2:30", "twelve", "-1:00", "12:30.5"])
def test_another_way_to_write_the_time_of_a_chapter_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="12:30"):
        MomentField().clean(typed)


# In the admin


def chapters(*typed: tuple[str, str]) -> dict[str, str]:
    """Chapters as the form sends them."""
    rows = {"chapters-TOTAL_FORMS": str(len(typed))}
    for number, (start, title) in enumerate(typed):
        rows |= {f"chapters-{number}-start": start, f"chapters-{number}-title": title, f"chapters-{number}-id": ""}
    return rows


@pytest.mark.slow
def test_chapters_are_typed_in_the_admin_and_their_times_shown_as_typed(as_persona):
    page, editor = held(), as_persona("ohio-editor")
    typed = chapters(("11:40", "Money"), ("0:00", "Opening"))
    assert send(editor, edit_address(page), "action-publish", **typed).status_code == 302
    parts = Transcript.objects.get(pk=page.pk).parts
    assert [(part["start"], part["title"]) for part in parts] == [(0, "Opening"), (700, "Money")]
    assert 'value="11:40"' in editor.get(edit_address(page)).content.decode()


def test_a_time_that_cannot_be_read_is_refused_and_nothing_typed_is_lost(as_persona):
    page, editor = held(), as_persona("ohio-editor")
    answer = send(editor, edit_address(page), "action-publish", **chapters(("eleven", "Money"))).content.decode()
    assert MomentField.REFUSAL in answer
    assert 'value="eleven"' in answer
    assert 'value="Money"' in answer


def test_the_preview_of_a_draft_shows_the_transcript_that_it_would_have(as_persona):
    page, editor = held(publish=False), as_persona("ohio-editor")
    data = values(form_of(editor.get(edit_address(page)))) | chapters(("11:40", "Money"))
    address = f"{edit_address(page)}preview/"
    assert editor.post(address, data).json()["is_valid"]
    shown = editor.get(address).content.decode()
    assert "The budget comes next." in shown
    assert "<h3>Money</h3>" in shown
