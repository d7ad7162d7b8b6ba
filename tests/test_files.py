"""Files leave in parts, with a name that says what they are, and as visible as the pages that use them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.files import TYPE_NAMES, download_name, size_text
from library.models import ResourceFile
from tests import factories

CONTENT = bytes(range(256)) * 8


@pytest.fixture
def video():
    return factories.document("Opening talk", CONTENT, name="talk_x7Kd9.mp4", place="Ohio")


@pytest.fixture
def public(video):
    factories.resource(files=[ResourceFile(document=video)], audience="public")
    return video


def whole(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-", 0, 2047), ("bytes=100-199", 100, 199), ("bytes=-48", 2000, 2047), ("bytes=2000-9999", 2000, 2047)],
)
def test_a_player_gets_the_part_that_it_asks_for(client, public, asked, first, last):
    response = client.get(public.url, headers={"range": asked})
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/2048"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert whole(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=2048-", "bytes=99999999999999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused_with_the_size(client, public, asked):
    response = client.get(public.url, headers={"range": asked})
    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */2048")
    assert whole(response) == b""


@pytest.mark.parametrize(
    "asked",
    ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "items=0-5", "bytes=a-b", "bytes=" + "9" * 40 + "-"],
)
def test_what_is_no_range_gets_the_whole_file(client, public, asked):
    response = client.get(public.url, headers={"range": asked})
    assert response.status_code == 200
    assert response.headers["Accept-Ranges"] == "bytes"
    assert whole(response) == CONTENT


def test_a_part_of_an_older_version_is_answered_with_the_whole_new_file(client, public):
    etag = client.get(public.url).headers["ETag"]
    same = client.get(public.url, headers={"range": "bytes=0-9", "if-range": etag})
    older = client.get(public.url, headers={"range": "bytes=0-9", "if-range": '"older"'})
    assert (same.status_code, older.status_code) == (206, 200)


def test_head_says_how_large_a_file_is_and_that_parts_can_be_had(client, public):
    response = client.head(public.url, headers={"range": "bytes=0-9"})
    assert response.status_code == 200
    assert response.headers["Content-Length"] == "2048"
    assert response.headers["Accept-Ranges"] == "bytes"


def test_what_the_reader_already_has_is_not_sent_again(client, public):
    etag = client.get(public.url).headers["ETag"]
    assert client.get(public.url, headers={"if-none-match": etag}).status_code == 304


def test_a_part_of_a_restricted_file_is_as_restricted_as_the_whole(client, as_persona, video):
    factories.resource(files=[ResourceFile(document=video)], audience="section")
    refused = client.get(video.url, headers={"range": "bytes=0-9"})
    assert (refused.status_code, "/accounts/login/" in refused.headers["Location"]) == (302, True)
    assert as_persona("texas-member").get(video.url, headers={"range": "bytes=0-9"}).status_code == 403
    answer = as_persona("ohio-member").get(video.url, headers={"range": "bytes=0-9"})
    assert answer.status_code == 206
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_a_file_that_is_missing_on_the_disk_is_answered_as_not_there(client, public):
    public.file.storage.delete(public.file.name)
    assert client.get(public.url).status_code == 404


@pytest.mark.parametrize(
    ("title", "name", "called"),
    [
        ("Screening form for county jails", "scan0001_x7Kd9.pdf", "Screening form for county jails.pdf"),
        ("budget.xlsx", "budget.xlsx", "budget.xlsx"),
        ("../../etc/passwd", "a.pdf", "etc passwd.pdf"),
        ("Wahi ʻokoʻa", "a.docx", "Wahi ʻokoʻa.docx"),
        ('Say "hello"\r\nSet-Cookie: x', "a.pdf", "Say hello Set-Cookie x.pdf"),
        ("invoice\u202efdp.exe", "a.pdf", "invoice fdp.exe.pdf"),
        ("   ", "a.pdf", "file.pdf"),
        ("x" * 255, "a.pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_file_is_called_by_its_title(title, name, called):
    assert download_name(factories.document(title, name=name)) == called


def test_a_file_arrives_under_its_title_and_opens_where_it_can(client):
    word = factories.document("Rates für 2026", name="a_x7.docx")
    pdf = factories.document("Form", name="b_x7.pdf")
    factories.resource(None, files=[ResourceFile(document=word), ResourceFile(document=pdf)], audience="public")
    assert client.get(word.url).headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Rates%20f%C3%BCr%202026.docx"
    )
    assert client.get(pdf.url).headers["Content-Disposition"] == 'inline; filename="Form.pdf"'


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (421897, "412 KB"),
        (1_258_291, "1.2 MB"),
        (1_048_000, "1 MB"),
        (214 * 1024**2, "214 MB"),
        (5 * 1024**4, "5120 GB"),
    ],
)
def test_a_size_is_said_in_the_unit_that_people_use(size, said):
    assert size_text(size).replace("\u00a0", " ") == said


@given(st.integers(1, 10**15))
def test_a_size_is_never_off_by_more_than_a_twentieth(size):
    number, unit = size_text(size).split("\u00a0")
    factor = {"byte": 1, "bytes": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}[unit]
    assert abs(float(number) * factor - size) <= size / 20 + 1


def test_a_resource_names_type_and_size_of_each_file(client, public):
    sheet = factories.document("Scores", b"x" * 66_000, name="scores.xlsx", place="Ohio")
    page = factories.resource(files=[ResourceFile(document=sheet)], audience="public")
    text = client.get(page.url).content.decode().replace("\u00a0", " ")
    assert "Excel, 64 KB" in text
    assert sheet.url in text


def test_every_type_that_can_be_uploaded_has_a_name(settings):
    assert set(settings.WAGTAILDOCS_EXTENSIONS) <= set(TYPE_NAMES)
