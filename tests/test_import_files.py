"""Whatever a spreadsheet program writes is read as it was meant; anything else is refused in words, and nothing happens."""

from __future__ import annotations

import codecs
import contextlib
import csv
import datetime as dt
import io
import string
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from home.models import Entry
from library.importing import tables
from library.models import ResourcePage
from tests import spreadsheets

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)
WESTERN = ["José", "señora", "Müller", "naïve", "façade", "“quoted”", "it’s", "2019–2021", "café", "plain", "Ohio"]
QUICK = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def run(tmp_path, content, *options, name="table.csv"):
    """What the command says after it imported this content into Ohio's library."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = io.StringIO()
    call_command("import_resources", path, "--section", "OH", *options, stdout=out)
    return out.getvalue()


def refusal(tmp_path, content, name="table.csv"):
    """Why the command refused this file. Nothing was imported."""
    with pytest.raises(CommandError) as refused:
        run(tmp_path, content, name=name)
    assert not ResourcePage.objects.exists()
    said = str(refused.value)
    assert said.endswith("Nothing was imported.")
    assert "Traceback" not in said
    return said


def titles():
    return sorted(ResourcePage.objects.values_list("title", flat=True))


def only():
    return ResourcePage.objects.get()


def lines(said, beginning):
    return [line for line in said.splitlines() if line.startswith(beginning)]


# Encodings and delimiters

letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")
cell = st.text(letters | st.sampled_from(",;|\"'\t\n "), max_size=30)
cells = st.lists(st.tuples(st.text(string.ascii_letters, min_size=1), cell), min_size=1, max_size=8)


@pytest.mark.slow
@QUICK
@given(
    rows=cells,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
@example(rows=[("A", "\n")], delimiter=",", encoding="utf-8", end="\r")
def test_any_table_in_any_unicode_encoding_reads_back_as_it_was(rows, delimiter, encoding, end):
    table = tables.read(spreadsheets.text([("Title", "Summary"), *rows], encoding, delimiter, end))
    assert table.header == ["Title", "Summary"]
    assert [tuple(row.cells) for row in table.rows] == rows


@QUICK
@given(rows=cells)
def test_any_table_in_a_workbook_reads_back_as_it_was(rows):
    rows = [(title, f"’{summary}") for title, summary in rows]  # the mark keeps openpyxl from making formulas
    table = tables.read(spreadsheets.workbook([("Title", "Summary"), *rows]))
    assert [tuple(row.cells) for row in table.rows] == rows


@QUICK
@given(
    words=st.lists(st.lists(st.sampled_from(WESTERN), min_size=3, max_size=9), min_size=3, max_size=20),
    encoding=st.sampled_from(["cp1252", "mac_roman"]),
    delimiter=st.sampled_from(",;\t|"),
)
def test_western_words_are_read_from_windows_and_from_old_macs(words, encoding, delimiter):
    rows = [[f"Report {number}", " ".join(row)] for number, row in enumerate([*words, WESTERN])]
    table = tables.read(spreadsheets.text([["Title", "Summary"], *rows], encoding, delimiter))
    assert [row.cells for row in table.rows] == rows


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", codecs.BOM_UTF8, "UTF-8"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "UTF-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
        ("cp1252", b"", "Windows-1252"),
        ("mac_roman", b"", "Mac Roman"),
    ],
)
def test_the_command_says_which_encoding_it_read(tmp_path, encoding, mark, said):
    rows = [["Título", "Title"], ["", "Atención “integrada” – señal de José Müller"]]
    assert f"Text in {said}, separated by semicolons" in run(
        tmp_path, mark + spreadsheets.text(rows, encoding, delimiter=";")
    )
    assert titles() == ["Atención “integrada” – señal de José Müller"]


def test_cyrillic_in_eight_bits_is_read(tmp_path):
    words = "Лечение зависимостей и психических расстройств в первичной помощи для взрослых и подростков"
    run(tmp_path, spreadsheets.text([["Title", "Summary"], *[[f"{words} {n}", words] for n in range(9)]], "cp1251"))
    assert f"{words} 0" in titles()


def test_a_file_in_two_encodings_is_refused_with_the_line(tmp_path):
    data = "Title\nSeñal número 1\nAtención\nProtección\n".encode() + "Señor\n".encode("cp1252")
    assert "The letters in line 5 are in another encoding" in refusal(tmp_path, data)


def test_utf_16_that_is_cut_off_is_refused(tmp_path):
    assert "damaged or cut off" in refusal(tmp_path, "Title\nA\n".encode("utf-16")[:-1])


def test_the_separator_that_excel_names_is_used(tmp_path):
    assert "separated by '^'" in run(tmp_path, "sep=^\r\nTitle^Year\r\nA, B; C^2019\r\n")
    assert (only().title, only().year) == ("A, B; C", 2019)


def test_one_column_of_titles_with_commas_stays_one_column(tmp_path):
    run(tmp_path, "Title\nJails, courts and reentry\nHousing; a guide\n")
    assert titles() == ["Housing; a guide", "Jails, courts and reentry"]


@pytest.mark.parametrize("heading", ["BMI", "PK", "MZ"])
def test_a_heading_may_begin_like_another_kind_of_file(tmp_path, heading):
    assert f"Not used: {heading}." in run(tmp_path, f"{heading},Title\n1,A guide\n")
    assert titles() == ["A guide"]


# Headings


def test_headings_are_found_in_any_order_case_and_wording(tmp_path):
    run(
        tmp_path,
        "PUBLICATION_YEAR;dc.title;Abstract Note;Organization;Keywords;Link (URL);Author(s);Item Type;Rights;lang\n"
        "2019;A guide;What it says;An agency;Housing;example.org/a;Ortiz, M;Guideline;CC BY 4.0;Spanish\n",
    )
    page = only()
    assert (page.title, page.summary, page.publisher, page.year) == ("A guide", "What it says", "An agency", 2019)
    assert (page.authors, page.kind, page.licence, page.language) == ("Ortiz, M", "guide", "cc_by", "es")
    assert [topic.name for topic in page.topics.all()] == ["Housing"]
    assert [link.url for link in page.links.all()] == ["https://example.org/a"]


def test_without_a_title_column_the_file_is_refused_with_the_headings_that_were_found(tmp_path):
    said = refusal(tmp_path, "Headline,Year,Where\nA,2019,B\n")
    assert "No column holds the title. Give one column the heading “Title”." in said
    assert "Headings found: “Headline”, “Year”, “Where”." in said


def test_two_columns_for_one_thing_are_refused_with_their_names(tmp_path):
    said = refusal(tmp_path, "Title,Date,Year\nA,2019-05-01,2019\n")
    assert "More than one column could be the year: “Date” (column B) and “Year” (column C)." in said


def test_lines_above_the_headings_are_left_out_and_this_is_said(tmp_path):
    said = run(tmp_path, "Resources of our office,,\nas of May,,\n\nTitle,Year,Topics\nA guide,2019,Housing\n")
    assert "The headings are in row 4." in said
    assert titles() == ["A guide"]


def test_a_row_that_looks_like_a_heading_does_not_become_the_headings(tmp_path):
    run(tmp_path, "Title,Year\nName,2019\nTitle,2020\n")
    assert titles() == ["Name", "Title"]


def test_headings_are_shown_without_controls(tmp_path):
    said = run(tmp_path, "Title,\x1b[31mRed\x07\nA guide with a long enough title to be text,1\n")
    assert "Not used: [31mRed." in said


# Files with little or too much in them


@pytest.mark.parametrize("content", [b"", b"\n\n \n", codecs.BOM_UTF8, b",,,\n,,,\n"])
def test_an_empty_file_is_refused(tmp_path, content):
    assert "The file is empty" in refusal(tmp_path, content)


def test_headings_alone_are_refused(tmp_path):
    assert "headings but no row below" in refusal(tmp_path, "Title,Year\n")


def test_an_empty_workbook_is_refused(tmp_path):
    assert "The workbook is empty" in refusal(tmp_path, spreadsheets.workbook([]))


def test_short_rows_are_read_and_long_ones_refused_with_their_number(tmp_path):
    said = run(
        tmp_path,
        "Title,Topics,Year\nShort\nBlank at the end,Housing,2019,,\nLong,Housing,2019,over\nFull,Housing,2019\n",
    )
    assert titles() == ["Blank at the end", "Full", "Short"]
    assert len(lines(said, "Row 4 refused: The row has 4 cells but there are 3 headings.")) == 1
    assert "4 rows: 3 imported, 0 duplicates, 1 refused." in said


def test_blank_rows_are_passed_over_and_row_numbers_stay_those_of_the_spreadsheet(tmp_path):
    said = run(tmp_path, 'Title,Year\n\n"Two\nlines",2019\n,\nBad,1066\n')
    assert "Row 5 refused" in said
    assert "2 rows: 1 imported" in said


def test_a_cell_of_a_megabyte_refuses_its_row_only(tmp_path):
    said = run(tmp_path, f"Title,Summary\nHuge,{'x' * 1_048_576}\nFine,short\n")
    assert "Row 2 refused: The cell under “Summary” has 1,048,576 characters. The limit is 50,000." in said
    assert titles() == ["Fine"]


def test_a_title_of_a_megabyte_does_not_fill_the_report(tmp_path):
    run(tmp_path, f"Title\n{'x' * 1_048_576}\nFine\n", "--report", str(tmp_path / "report.csv"))
    assert (tmp_path / "report.csv").stat().st_size < 1_000


def test_nuls_and_controls_are_taken_out(tmp_path):
    filler = "".join(f"Guide number {number},2019\n" for number in range(20))
    run(tmp_path, f"Title,Year\nA\x00 gui\x07de\x1b to\u200b care\x1a,2019\n{filler}")
    assert "A guide to care" in titles()


def test_html_becomes_plain_text_and_what_is_no_html_stays(tmp_path):
    run(
        tmp_path,
        "Title\tSummary\n"
        "<b>Care</b> &amp; <i>recovery</i>\t<p>One.</p><p>Two<br>three.</p><script>alert(1)</script><!-- hidden -->\n"
        "P < .05 and b > c\t&lt;script&gt;alert(2)&lt;/script&gt;\n",
    )
    first, second = ResourcePage.objects.order_by("title")
    assert (first.title, first.summary) == ("Care & recovery", "One. Two three.")
    assert second.title == "P < .05 and b > c"


def test_what_looks_like_a_script_is_shown_as_text(tmp_path, client):
    run(tmp_path, "Title\tSummary\n&lt;script&gt;alert(1)&lt;/script&gt;\t&lt;img src=x onerror=alert(2)&gt;\n")
    body = client.get(only().url).content.decode()
    assert "<script>alert(1)" not in body
    assert "<img src=x" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_a_title_over_255_characters_is_cut_at_a_word_and_whole_in_the_body(tmp_path, client):
    title = "Integrated care " * 20 + "<& “end”"
    run(tmp_path, spreadsheets.text([["Title"], [title]]))
    page = only()
    assert len(page.title) <= 255
    assert page.title.endswith(("care…", "Integrated…"))
    assert page.title[:-1] == title[: len(page.title) - 1]
    assert "&lt;&amp; “end”" in client.get(page.url).content.decode()
    assert Entry.objects.get(pk=page.pk).title == page.title


def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_row(tmp_path):
    assert "opens in row 3 is never closed" in refusal(tmp_path, 'Title,Year\nA,2019\n"B,2020\nC,2021\n')


def test_too_many_rows_are_refused(tmp_path):
    assert "more than 50,000 rows" in refusal(tmp_path, "Title\n" + "A\n" * 50_001)


def test_a_file_over_twenty_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    with pytest.raises(CommandError, match=r"The file is 21 MB. The limit is 20 MB"):
        call_command("import_resources", path, "--shared")


def test_a_device_without_an_end_is_refused(tmp_path):
    if not Path("/dev/zero").exists():
        pytest.skip("This system has no /dev/zero.")
    with pytest.raises(CommandError, match=r"The limit is 20 MB"):
        call_command("import_resources", "/dev/zero", "--shared")


# Workbooks


def test_numbers_dates_and_texts_of_a_workbook(tmp_path):
    run(
        tmp_path,
        spreadsheets.workbook(
            [
                ["Title", "Year", "Version"],
                ["A", 2019, 3],
                ["B", dt.datetime.combine(dt.date(2020, 5, 1), dt.time()), 1.5],
                ["C", dt.date(2021, 5, 1), None],
                [1984, "Spring 2022", True],
            ]
        ),
    )
    found = ResourcePage.objects.order_by("year").values_list("title", "year", "version")
    assert list(found) == [("A", 2019, "3"), ("B", 2020, "1.5"), ("C", 2021, ""), ("1984", 2022, "True")]


def test_the_result_of_a_formula_is_read(tmp_path):
    head = f"<row r='1'>{spreadsheets.written('A1', 'Title')}{spreadsheets.written('B1', 'Summary')}</row>"
    title = '<c r="A2" t="str"><f>"A "&amp;"guide"</f><v>A guide</v></c>'
    empty = '<c r="B2" t="str"><f>IF(1,"","x")</f><v></v></c>'
    said = run(tmp_path, spreadsheets.with_rows(f"{head}<row r='2'>{title}{empty}</row>"), name="table.xlsx")
    assert "1 rows: 1 imported" in said
    assert (only().title, only().summary) == ("A guide", "")


def test_a_formula_without_its_result_refuses_its_row(tmp_path):
    said = run(tmp_path, spreadsheets.workbook([["Title", "Year"], ["=UPPER(B3)", 2019], ["Fine", 2020]]))
    assert "Row 2 refused: Cell A2 is a formula whose result is not in the file." in said
    assert titles() == ["Fine"]


def test_a_cell_with_an_error_refuses_its_row(tmp_path):
    rows = f"<row r='1'>{spreadsheets.written('A1', 'Title')}</row>"
    rows += '<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>'
    rows += f"<row r='3'>{spreadsheets.written('A3', 'Fine')}</row>"
    assert "Row 2 refused: Cell A2 holds the error #REF!." in run(tmp_path, spreadsheets.with_rows(rows))
    assert titles() == ["Fine"]


def test_line_ends_that_excel_escapes_are_read(tmp_path):
    rows = f"<row r='1'>{spreadsheets.written('A1', 'Title')}</row>"
    rows += f"<row r='2'>{spreadsheets.written('A2', 'One_x000D_ two')}</row>"
    run(tmp_path, spreadsheets.with_rows(rows))
    assert titles() == ["One two"]


def test_merged_cells_are_told_of(tmp_path):
    rows = [["Title", "Topics"], ["A", "Housing"], ["B", None], ["C", None]]
    data = spreadsheets.workbook(rows, change=lambda book: book.active.merge_cells("B2:B3"))
    assert "Cells are merged (B2:B3)." in run(tmp_path, data)
    assert titles() == ["A", "B", "C"]


def test_of_several_sheets_the_first_with_anything_in_it_is_read_and_the_others_named(tmp_path):
    data = spreadsheets.workbook([], [["Title"], ["Here"]], [["Title"], ["Not here"]])
    said = run(tmp_path, data)
    assert "Only sheet “Sheet 2” is read, not “Sheet 1”, “Sheet 3”." in said
    assert titles() == ["Here"]


def test_a_hidden_sheet_is_not_read(tmp_path):
    def hide(book):
        book.worksheets[0].sheet_state = "hidden"
        book.active = 1

    run(tmp_path, spreadsheets.workbook([["Title"], ["Hidden"]], [["Title"], ["Shown"]], change=hide))
    assert titles() == ["Shown"]


# What is no table


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("picture.xlsx", PNG, "This is a PNG file"),
        ("paper.csv", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "This is a PDF file"),
        ("old.xls", OLE, "old Excel file"),
        ("locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("letter.xlsx", spreadsheets.archive(word__document_xml=b"<w/>"), "This is a Word document"),
        ("open.ods", spreadsheets.archive(content_xml=b"<office/>"), "This is an OpenDocument file"),
        ("files.xlsx", spreadsheets.archive(read_me=b"hello"), "This is a ZIP archive"),
        ("page.xls", b"<html><table><tr><td>Title</td></tr></table></html>", "a web page or a document"),
        ("noise.csv", bytes(range(1, 9)) * 100, "the file holds no text"),
    ],
)
def test_another_kind_of_file_is_named_and_refused(tmp_path, name, content, said):
    assert said in refusal(tmp_path, content, name=name)


def test_a_workbook_with_macros_is_refused(tmp_path):
    data = spreadsheets.rewritten(spreadsheets.workbook([["Title"], ["A"]]), "xl/vbaProject.bin", lambda _: b"macro")
    assert "contains macros" in refusal(tmp_path, data, name="table.xlsm")


def test_a_workbook_whose_parts_are_encrypted_is_refused(tmp_path):
    data = bytearray(spreadsheets.workbook([["Title"], ["A"]]))
    start = data.index(b"PK\x01\x02")
    data[start + 8] |= 1
    assert "protected by a password" in refusal(tmp_path, bytes(data), name="table.xlsx")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_is_cut_off_is_refused(tmp_path, share):
    data = spreadsheets.workbook([["Title", "Year"], *[[f"Guide {number}", 2019] for number in range(200)]])
    assert "damaged or cut off" in refusal(tmp_path, data[: int(len(data) * share)], name="table.xlsx")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_workbook_with_a_damaged_part_is_refused(tmp_path, part):
    data = spreadsheets.rewritten(spreadsheets.workbook([["Title"], ["A"]]), part, lambda xml: xml[: len(xml) // 2])
    assert "damaged or cut off" in refusal(tmp_path, data, name="table.xlsx")


def quick_and_small(tmp_path, data):
    """The refusal, which came within two seconds and in little memory."""
    tracemalloc.start()
    began = time.monotonic()
    said = refusal(tmp_path, data, name="table.xlsx")
    seconds, peak = time.monotonic() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 64 * 1024 * 1024
    return said


def test_a_zip_bomb_is_refused_at_once(tmp_path):
    plain = spreadsheets.workbook([["Title"], ["A"]])
    bomb = spreadsheets.rewritten(plain, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 100_000_000)
    assert len(bomb) < 200_000
    assert "unpacks to far more than it should" in quick_and_small(tmp_path, bomb)


def test_a_bomb_of_very_many_parts_is_refused_at_once(tmp_path):
    file = io.BytesIO(spreadsheets.workbook([["Title"], ["A"]]))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(1_001):
            archive.writestr(f"xl/{number}.xml", b"")
    assert "unpacks to far more than it should" in quick_and_small(tmp_path, file.getvalue())


def test_a_bomb_that_lies_about_its_size_is_refused_at_once(tmp_path):
    plain = spreadsheets.workbook([["Title"], ["A"]])
    bomb = bytearray(spreadsheets.rewritten(plain, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 100_000_000))
    entry = bomb.index(b"xl/worksheets/sheet1.xml", bomb.index(b"PK\x01\x02")) - 46
    bomb[entry + 24 : entry + 28] = (500).to_bytes(4, "little")
    assert "damaged or cut off" in quick_and_small(tmp_path, bytes(bomb))


def test_entities_that_multiply_are_not_expanded(tmp_path):
    entities = '<!ENTITY e0 "ha">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    data = spreadsheets.with_rows(f"<row r='1'>{spreadsheets.written('A1', 'Title &e9;')}</row>")
    bomb = spreadsheets.rewritten(
        data, "xl/worksheets/sheet1.xml", lambda xml: f"<!DOCTYPE w [{entities}]>".encode() + xml
    )
    quick_and_small(tmp_path, bomb)


def test_an_entity_reads_no_file_of_the_server(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    rows = (
        f"<row r='1'>{spreadsheets.written('A1', 'Title')}</row><row r='2'>{spreadsheets.written('A2', 'A &e;')}</row>"
    )
    declared = f'<!DOCTYPE w [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    data = spreadsheets.rewritten(spreadsheets.with_rows(rows), "xl/worksheets/sheet1.xml", lambda xml: declared + xml)
    with contextlib.suppress(CommandError):
        run(tmp_path, data, name="table.xlsx")
    assert not ResourcePage.objects.filter(title__contains="hidden words").exists()


def test_a_sheet_with_millions_of_cells_is_refused_before_it_is_taken_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("library.importing.workbooks.MAX_CELLS", 10)
    data = spreadsheets.workbook([["Title", "Year"], *[["A", 2019]] * 5])
    assert "more than 10 cells" in refusal(tmp_path, data, name="table.xlsx")


def test_other_readers_of_tables_keep_their_limits(tmp_path):
    run(tmp_path, "Title\nA guide\n")
    assert len(next(csv.reader(["x" * 100_000]))[0]) == 100_000
