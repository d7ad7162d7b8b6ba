"""What is made from assets/ belongs together, stays small, and names nothing that is not there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from home.models import HomePage
from scripts import static
from tests.html import tree_of

ROOT = Path(settings.BASE_DIR)
KILOBYTE = 1024


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of sources, outputs and checksums, to change."""
    for path in [ROOT / static.CHECKSUMS, *static.files([*static.SOURCES, *static.OUTPUTS])]:
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    monkeypatch.setattr(static, "ROOT", tmp_path)
    monkeypatch.setattr(static, "ASSETS", tmp_path / "assets")
    return tmp_path


def test_the_compiled_files_are_those_that_the_sources_make():
    assert static.differences() == []


@pytest.mark.parametrize("name", ["assets/uswds.scss", "static/css/uswds.css", "static/fonts/public-sans.woff2"])
def test_a_changed_source_and_a_changed_output_are_both_found(name, copied, capsys):
    assert static.main(["check"]) == 0
    with (copied / name).open("ab") as file:
        file.write(b" ")
    assert static.main(["check"]) == 1
    assert f"{name} is not as `make static` left it." in capsys.readouterr().err


def test_a_missing_output_and_one_too_many_are_found(copied):
    (copied / "static/css/uswds.css").unlink()
    (copied / "static/fonts/another.woff2").write_bytes(b"")
    assert static.differences() == [
        "static/css/uswds.css is not as `make static` left it.",
        "static/fonts/another.woff2 is not as `make static` left it.",
    ]


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (ROOT / "assets/package-lock.json").read_text()


@pytest.mark.parametrize(("name", "most"), [("css/site.css", 6), ("css/uswds.css", 12)])
def test_the_style_sheets_stay_small(name, most):
    assert len(brotli.compress((ROOT / "static" / name).read_bytes())) <= most * KILOBYTE


def test_the_fonts_of_every_page_stay_small():
    assert (
        sum((ROOT / "static/fonts" / f"{name}.woff2").stat().st_size for name in ("public-sans", "source-serif-4"))
        < 37_000
    )


@pytest.mark.parametrize("name", ["css/site.css", "css/uswds.css"])
def test_the_style_sheets_name_only_files_that_are_there_and_no_other_host(name):
    text = (ROOT / "static" / name).read_text()
    named = {address for address in re.findall(r"url\([\"']?([^\"')]*)", text) if address}
    assert named
    for address in named:
        assert ((ROOT / "static" / name).parent / address).is_file(), address


def test_what_the_frame_loads_is_there_and_comes_from_here(client):
    tree = tree_of(client.get("/").content.decode())
    loaded = [
        link.get("href", "")
        for link in tree.iter("link")
        if link.get("rel") in ("stylesheet", "icon", "preload", "apple-touch-icon")
    ]
    loaded += [script.get("src", "") for script in tree.iter("script")]
    assert len(loaded) >= 7
    for address in loaded:
        assert address.startswith(settings.STATIC_URL), address
        assert finders.find(address.removeprefix(settings.STATIC_URL)), address


def test_a_link_to_the_site_is_shown_with_its_sentence_and_the_card(client):
    HomePage.objects.update(introduction="<p>We <b>share</b> Q&amp;A.</p>")
    about = {
        meta.get("property") or meta.get("name"): meta.get("content")
        for meta in tree_of(client.get("/").content.decode()).iter("meta")
    }
    assert about["og:title"]
    assert about["description"] == about["og:description"] == "We share Q&A."
    assert about["og:url"].endswith("/")
    assert about["og:image"] == "http://testserver/static/images/card.png"
    assert finders.find("images/card.png")
