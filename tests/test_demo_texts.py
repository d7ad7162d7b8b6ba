"""The demonstration's texts, without a database: what they must hold, and what a reader must never meet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from library import demo_webinars

if TYPE_CHECKING:
    from pathlib import Path

WEBINARS = sorted(demo_webinars.TEXTS.glob("*.txt"))

TEXT = '''+++
title = "Two questions at the door"
summary = "How a front desk asks."
days = -40
start = "14:00"
minutes = 30
topics = ["screening-and-assessment"]
people = [["Ann Lee", "Host"], ["Bo Diaz", "Peer"]]
body = """What it is about."""
slides = """# One

- point"""
+++
# Welcome
Ann Lee: Good afternoon. We start at 2:00 p.m. Eastern and "on time." Bo & I take turns.

Still Ann.
Bo Diaz: Thank you, Ann, for the invitation, and for asking somebody who has stood at that desk on a Monday morning.
# The desk
Ann Lee: Go on.
'''


def test_what_was_said_becomes_captions_with_times_speakers_and_chapters():
    facts, talk = demo_webinars.parse(TEXT)
    assert facts["title"] == "Two questions at the door"
    assert [cue.speaker for cue in talk.cues if cue.text in ("Still Ann.", "Go on.")] == ["Ann Lee", "Ann Lee"]
    assert [(start < talk.length, title) for start, title in talk.chapters] == [(True, "Welcome"), (True, "The desk")]
    assert talk.chapters[0][0] == dt.timedelta()
    assert all(before.end <= after.start for before, after in zip(talk.cues, talk.cues[1:], strict=False))
    assert " ".join(cue.text for cue in talk.cues).startswith('Good afternoon. We start at 2:00 p.m. Eastern and "on')
    captions = talk.captions().decode()
    assert captions.startswith("WEBVTT\n\n00:00:03.000 --> ")
    assert "<v Ann Lee>Bo &amp; I take turns." in captions
    assert all(len(line.partition(">")[2]) <= 42 for line in captions.splitlines() if line.startswith("<v"))


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("Bo Diaz: Thank", "Cy Roe: Thank", "Somebody speaks who is not in people: Cy Roe"),
        ("minutes = 30\n", "", "Facts are missing or unknown: minutes"),
        ("minutes = 30\n", "minutes = 30\nlength = 3\n", r"length \(unknown\)"),
        ("minutes = 30\n", "minutes = thirty\n", "no TOML"),
        ("+++\n# Welcome", "# Welcome", "between two lines"),
        ("# Welcome\nAnn Lee: ", "# Welcome\n", "Somebody speaks who is not in people: Good afternoon"),
    ],
)
def test_a_text_that_does_not_follow_the_format_is_refused_with_words(wrong, right, words):
    with pytest.raises(demo_webinars.MistakeError, match=words):
        demo_webinars.parse(TEXT.replace(wrong, right, 1))


def test_the_check_of_a_webinar_says_what_is_wrong_with_it(tmp_path):
    file = tmp_path / "ohio--desk.txt"
    file.write_text(TEXT.replace("screening-and-assessment", "screening"), encoding="utf-8")
    found = " ".join(demo_webinars.problems(file))
    assert "Unknown topics: screening." in found
    assert "not 20 to 60 minutes" in found
    assert "1 slides" in found


@pytest.mark.parametrize("path", WEBINARS, ids=[path.stem for path in WEBINARS])
def test_a_held_webinar_is_whole(path: Path):
    assert demo_webinars.problems(path) == []
