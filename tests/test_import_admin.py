"""The import of resources in the admin: upload, preview, confirm, result."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from home.models import Topic
from home.storage import PrivateStorage
from library import tasks
from library.importing import plans
from library.models import LibraryPage, ResourceImport, ResourcePage
from members.models import Membership
from tests import factories
from tests.personas import person

UPLOAD = "/admin/import-resources/"
CSV = "Title,Summary,Topics,Colour\nFirst guide,What it says,Crisis care;Peer support,red\nSecond guide,More,,blue\n"


def library(place: str | None = "Ohio") -> LibraryPage:
    return factories.index(ResourcePage, place)


def file_of(content: str | bytes = CSV, name: str = "guides.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def workbook(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(client, content: str | bytes = CSV, name: str = "guides.csv", place: str | None = "Ohio", **chosen):
    """Upload a file. Follows to the preview."""
    data = {"library": library(place).pk, "audience": "public", "publish": "True"} | chosen
    return client.post(UPLOAD, {"file": file_of(content, name), **data}, follow=True)


def uploaded(client, *args, **chosen) -> ResourceImport:
    send(client, *args, **chosen)
    return ResourceImport.objects.latest("pk")


def confirm(client, job: ResourceImport):
    return client.post(reverse("start_resource_import", args=[job.pk]), follow=True)


def words(response) -> str:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    return " ".join(main.get_text(" ").split())


def errors(response) -> str:
    found = BeautifulSoup(response.content, "html.parser").select(".error-message")
    return " ".join(error.get_text(" ", strip=True) for error in found)


def titles(place: str | None = "Ohio") -> list[str]:
    return sorted(ResourcePage.objects.child_of(library(place)).values_list("title", flat=True))


def test_a_csv_file_is_previewed_confirmed_and_published(as_persona):
    client = as_persona("ohio-editor")
    answer = send(client)
    preview = words(answer)
    for expected in (
        "Text in UTF-8, separated by commas",
        "2 rows: 2 new , 0 duplicates, 0 refused.",
        "“Title” is the title.",
        "Not used: “Colour”.",
        "Library Ohio",
        "Who can see them Anyone",
        "Import 2 resources",
    ):
        assert expected in preview
    assert titles() == []
    job = ResourceImport.objects.get()
    result = confirm(client, job)
    assert "2 rows: 2 imported , 0 duplicates, 0 refused." in words(result)
    assert titles() == ["First guide", "Second guide"]
    page = ResourcePage.objects.get(title="First guide")
    assert (page.live, page.audience, page.owner, page.summary) == (
        True,
        "public",
        person("ohio-editor"),
        "What it says",
    )
    link = BeautifulSoup(result.content, "html.parser").find("a", string="See the library")
    assert link["href"] == library().full_url
    assert "First guide" in as_persona("visitor").get(library().url).content.decode()


def test_a_workbook_is_imported_as_drafts_for_members(as_persona):
    client = as_persona("ohio-editor")
    data = workbook(["Title", "Year"], ["From a workbook", 2024])
    answer = send(client, data, "guides.xlsx", audience="members", publish="False")
    assert "Excel workbook, sheet “Sheet”" in words(answer)
    assert "Published No, they stay drafts" in words(answer)
    result = confirm(client, ResourceImport.objects.get())
    assert "1 imported as drafts" in words(result)
    page = ResourcePage.objects.get()
    assert (page.title, page.live, page.audience, page.year) == ("From a workbook", False, "members", 2024)
    assert not BeautifulSoup(result.content, "html.parser").find("a", string="See the library")


def test_the_kind_of_file_is_read_from_its_content(as_persona):
    answer = send(as_persona("ohio-editor"), workbook(["Title"], ["A guide"]), "export.csv")
    assert "Excel workbook" in words(answer)


def test_what_is_there_already_is_shown_and_not_imported_again(as_persona):
    factories.resource(title="First guide", summary="What it says")
    client = as_persona("ohio-editor")
    job = uploaded(client)
    preview = words(client.get(reverse("resource_import", args=[job.pk])))
    assert "1 new , 1 duplicate , 0 refused".replace(" ,", ",") in preview.replace(" ,", ",")
    assert "First guide Duplicate The same resource is in the library." in preview
    assert "Import 1 resource" in preview
    confirm(client, job)
    assert titles() == ["First guide", "Second guide"]


def test_when_nothing_is_new_there_is_nothing_to_press_but_cancel(as_persona):
    client = as_persona("ohio-editor")
    confirm(client, uploaded(client))
    answer = send(client)
    assert "There is nothing to import: no row is new." in words(answer)
    buttons = BeautifulSoup(answer.content, "html.parser").find("main").find_all("button")
    assert {button.get_text(strip=True) for button in buttons} == {"Cancel"}


def test_the_first_ten_rows_and_the_first_twenty_refusals_are_shown(as_persona):
    rows = [f"Guide {number},{'never' if number % 2 else 2020}" for number in range(50)]
    answer = send(as_persona("ohio-editor"), "Title,Year\n" + "\n".join(rows))
    page = BeautifulSoup(answer.content, "html.parser")
    tables = {table.find_previous("h2").get_text(strip=True): table for table in page.main.find_all("table")}
    assert {name: len(table.select("tbody tr")) for name, table in tables.items()} == {
        "First 10 rows": 10,
        "Refused: 25 rows": 20,
    }
    assert "“never” is not a year." in tables["Refused: 25 rows"].get_text()
    assert "And 5 more." in words(answer)


def test_values_that_are_not_ours_are_told_before_they_are_left_out(as_persona):
    preview = words(send(as_persona("ohio-editor"), "Title,Kind\nA guide,Poem\n"))
    assert "Imported, but not as the file has it: 1 row" in preview
    assert "The kind “Poem” is not one of ours." in preview


def test_unknown_topics_are_counted_and_left_out(as_persona):
    client = as_persona("ohio-editor")
    answer = send(client, "Title,Topics\nOne,New thing;Newer thing\nTwo,New thing\n")
    assert "Topic: 2 unknown, left out New thing (2); Newer thing (1)." in words(answer)
    before = Topic.objects.count()
    confirm(client, ResourceImport.objects.get())
    assert Topic.objects.count() == before
    assert not ResourcePage.objects.get(title="One").topics.exists()


def test_who_keeps_the_topics_may_have_them_added(as_persona):
    client = as_persona("community-editor")
    assert 'name="create_topics"' in client.get(UPLOAD).content.decode()
    answer = send(client, "Title,Topics\nOne,New thing\n", place=None, create_topics="on")
    assert "Topic: 1 unknown, will be added New thing (1)." in words(answer)
    confirm(client, ResourceImport.objects.get())
    assert [topic.name for topic in ResourcePage.objects.get(title="One").topics.all()] == ["New thing"]


def test_a_section_s_editor_adds_no_topic_by_a_hand_made_post(as_persona):
    client = as_persona("ohio-editor")
    assert 'name="create_topics"' not in client.get(UPLOAD).content.decode()
    confirm(client, uploaded(client, "Title,Topics\nOne,New thing\n", create_topics="on"))
    assert titles() == ["One"]
    assert not Topic.objects.filter(name="New thing").exists()


def choices(response, name: str) -> list[str]:
    found = BeautifulSoup(response.content, "html.parser").find_all("input", attrs={"name": name})
    return [choice.find_parent("label").get_text(strip=True) for choice in found]


def test_the_audience_is_worded_for_the_section_and_starts_where_resources_start(as_persona):
    answer = as_persona("ohio-editor").get(UPLOAD)
    assert choices(answer, "audience") == ["Anyone", "Members of the community", "Members in Ohio"]
    chosen = BeautifulSoup(answer.content, "html.parser").find("input", attrs={"name": "audience", "checked": True})
    assert chosen["value"] == ResourcePage.default_audience


def test_what_is_shared_is_never_for_one_section(as_persona):
    client = as_persona("community-editor")
    assert choices(client.get(UPLOAD), "audience") == ["Anyone", "Members of the community"]
    assert "Select a valid choice" in errors(send(client, place=None, audience="section"))
    answer = send(as_persona("admin"), place=None, audience="section")
    assert "its resources cannot be for one section only" in errors(answer)
    assert not ResourceImport.objects.exists()


def test_a_section_s_audience_reaches_the_pages(as_persona):
    client = as_persona("ohio-editor")
    job = uploaded(client, audience="section")
    assert "Who can see them Members in Ohio" in words(client.get(reverse("resource_import", args=[job.pk])))
    confirm(client, job)
    assert {page.audience for page in ResourcePage.objects.all()} == {"section"}
    assert "First guide" not in as_persona("texas-member").get(library().url).content.decode()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "The submitted file is empty."),
        (b" \n \n", "blank.csv", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "table.xlsx", "This is a PNG file, not a table."),
        ("Summary,Year\nx,2020\n", "notitle.csv", "No column holds the title."),
        ("Title,Name\nx,y\n", "two.csv", "More than one column could be the title"),
        ("Title\n", "headings.csv", "headings but no row below them"),
        (b"PK\x03\x04" + b"\0" * 50, "cut.xlsx", "damaged or cut off"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field_and_the_rest_is_kept(as_persona, content, name, said):
    answer = send(as_persona("ohio-editor"), content, name, audience="members", publish="False")
    assert said in errors(answer)
    form = BeautifulSoup(answer.content, "html.parser").find("form", attrs={"enctype": "multipart/form-data"})
    kept = {box["name"]: box["value"] for box in form.find_all("input", checked=True)}
    assert kept == {"audience": "members", "publish": "False"}
    assert form.find("option", selected=True)["value"] == str(library().pk)
    assert not ResourceImport.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_its_size(as_persona, monkeypatch):
    monkeypatch.setattr("library.importing.tables.MAX_BYTES", 1024 * 1024)
    answer = send(as_persona("ohio-editor"), b"Title\n" + b"x\n" * 1024 * 1024, "large.csv")
    assert "The file is 2 MB. The limit is 1 MB." in errors(answer)


def test_without_a_file_or_a_library_the_form_says_so(as_persona):
    answer = as_persona("admin").post(UPLOAD, {"audience": "public", "publish": "True"})
    assert errors(answer).count("This field is required.") == 2


def test_one_huge_cell_is_one_refused_row(as_persona):
    client = as_persona("ohio-editor")
    answer = send(client, f"Title,Summary\nToo much,{'x' * 60_000}\nFine,short\n")
    assert "The cell under “Summary” has 60,000 characters. The limit is 50,000." in words(answer)
    confirm(client, ResourceImport.objects.get())
    assert titles() == ["Fine"]


@pytest.mark.parametrize("name", ["visitor", "pending", "ohio-member", "ohio-reviewer"])
def test_who_publishes_nowhere_finds_no_import(as_persona, name):
    job = uploaded(as_persona("ohio-editor"))
    client = as_persona(name)
    assert "Import resources" not in client.get("/admin/").content.decode()
    for address in [UPLOAD, *job_addresses(job)]:
        assert client.get(address).status_code in (302, 403, 404, 405), address
        assert client.post(address).status_code in (302, 403, 404, 405), address
    assert send(client).content.decode().count("First guide") == 0
    assert ResourceImport.objects.get().state == "uploaded"
    assert titles() == []


def job_addresses(job) -> list[str]:
    names = ["resource_import", "start_resource_import", "drop_resource_import", "resource_import_report"]
    return [reverse(name, args=[job.pk]) for name in names]


@pytest.mark.parametrize("name", ["texas-editor", "community-editor", "ohio-lead"])
def test_another_s_import_is_not_there(as_persona, name):
    """Also for the lead of the same section: an upload is its owner's until it is imported."""
    job = uploaded(as_persona("ohio-editor"))
    client = as_persona(name)
    for address in job_addresses(job):
        assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}, address
    assert "guides.csv" not in client.get(UPLOAD).content.decode()
    assert ResourceImport.objects.get().state == "uploaded"


@pytest.mark.parametrize(
    ("name", "place"), [("ohio-editor", "Texas"), ("ohio-editor", None), ("community-editor", "Ohio")]
)
def test_nobody_imports_into_a_library_that_is_not_theirs(as_persona, name, place):
    answer = send(as_persona(name), place=place)
    assert "Select a valid choice" in errors(answer)
    assert not ResourceImport.objects.exists()


@pytest.mark.parametrize("name", ["ohio-editor", "ohio-lead", "texas-editor", "community-editor", "admin"])
def test_who_publishes_somewhere_finds_the_import_in_the_menu(as_persona, name):
    client = as_persona(name)
    assert "Import resources" in client.get("/admin/").content.decode()
    assert client.get(UPLOAD).status_code == 200


def test_each_is_offered_their_own_libraries(as_persona):
    def offered(name):
        page = BeautifulSoup(as_persona(name).get(UPLOAD).content, "html.parser")
        return [option.get_text(strip=True) for option in page.select("select[name=library] option") if option["value"]]

    assert offered("ohio-editor") == ["Ohio"]
    assert offered("community-editor") == ["Whole community"]
    assert set(offered("admin")) == {"Whole community", "Ohio", "Texas", "Maine"}


def test_an_administrator_imports_anywhere_and_opens_anyone_s(as_persona):
    admin = as_persona("admin")
    confirm(admin, uploaded(admin, place="Texas"))
    assert len(titles("Texas")) == 2
    job = uploaded(as_persona("ohio-editor"))
    assert "First guide" in words(admin.get(reverse("resource_import", args=[job.pk])))


def test_pressing_twice_and_in_two_tabs_imports_once(as_persona):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    assert "2 imported" in words(confirm(client, job))
    assert "2 imported" in words(confirm(as_persona("ohio-editor"), job))
    assert len(titles()) == 2


@pytest.fixture
def no_worker(settings):
    """As in production: a task is a row, and nobody does it until somebody runs it."""
    settings.TASKS = {**settings.TASKS, "worker": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def test_while_it_waits_the_page_comes_back_by_itself_and_a_second_press_queues_nothing(as_persona, no_worker):
    from django_tasks_db.models import DBTaskResult

    client = as_persona("ohio-editor")
    job = uploaded(client)
    waiting = confirm(client, job)
    assert waiting["Refresh"] == "5"
    assert "The resources are being imported." in words(waiting)
    confirm(client, job)
    assert DBTaskResult.objects.count() == 1
    assert titles() == []
    tasks.import_resources.call(job.pk)
    done = client.get(reverse("resource_import", args=[job.pk]))
    assert "Refresh" not in done
    assert "2 imported" in words(done)


def test_a_task_that_runs_twice_imports_once(as_persona, no_worker):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    confirm(client, job)
    tasks.import_resources.call(job.pk)
    report = ResourceImport.objects.get().report
    tasks.import_resources.call(job.pk)
    assert len(titles()) == 2
    assert ResourceImport.objects.get().report == report


def test_a_task_alone_imports_nothing_that_nobody_confirmed(as_persona):
    job = uploaded(as_persona("ohio-editor"))
    tasks.import_resources.call(job.pk)
    assert titles() == []
    job.delete()
    tasks.import_resources.call(job.pk)


def test_an_import_whose_worker_was_lost_is_started_again(as_persona, no_worker):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    confirm(client, job)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        late = client.get(reverse("resource_import", args=[job.pk]))
        assert "Refresh" not in late
        assert "has no result yet" in words(late)
        confirm(client, job)
    tasks.import_resources.call(job.pk)
    tasks.import_resources.call(job.pk)
    assert len(titles()) == 2


def test_a_worker_killed_half_way_leaves_nothing_and_a_job_to_run_again(as_persona, no_worker, monkeypatch):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    confirm(client, job)

    def killed(plan):
        assert len(titles()) == 2  # the pages are written, their transaction is open
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "report_of", killed)
        with pytest.raises(SystemExit):
            tasks.import_resources.call(job.pk)
    assert titles() == []
    assert ResourceImport.objects.get().state == "queued"
    tasks.import_resources.call(job.pk)
    assert len(titles()) == 2


def test_what_breaks_is_said_plainly_imports_nothing_and_can_be_tried_again(as_persona, monkeypatch):
    client = as_persona("ohio-editor")
    job = uploaded(client)

    def broken(plan):
        raise RuntimeError("secret details")

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "report_of", broken)
        failed = words(confirm(client, job))
    assert "Nothing was imported. Something broke on our side. Try again." in failed
    assert "secret details" not in failed
    assert titles() == []
    assert "2 imported" in words(confirm(client, job))


def test_a_refusal_after_confirmation_is_told_in_its_words(as_persona):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    storages["private"].delete(job.file.name)
    assert "Nothing was imported. The uploaded file is no longer here. Upload it again." in words(confirm(client, job))


def test_a_role_that_was_withdrawn_is_asked_for_again_at_confirmation(as_persona):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    Membership.objects.get(user=person("ohio-editor")).delete()
    Membership.objects.create(user=person("ohio-editor"), section=factories.section("Texas"), role="editor")
    answer = confirm(client, job)
    assert "You can no longer publish in this library." in answer.content.decode()
    assert "First guide" not in answer.content.decode()
    assert client.get(reverse("resource_import_report", args=[job.pk])).status_code == 302
    assert titles() == []
    assert ResourceImport.objects.get().state == "uploaded"


def test_a_role_that_was_withdrawn_while_the_import_waited_stops_it(as_persona, no_worker):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    confirm(client, job)
    membership = Membership.objects.get(user=person("ohio-editor"))
    membership.role = "reviewer"
    membership.save()
    tasks.import_resources.call(job.pk)
    assert titles() == []
    assert "You can no longer publish" in ResourceImport.objects.get().problem


def test_the_right_to_add_topics_is_asked_for_again(as_persona):
    client = as_persona("admin")
    job = uploaded(client, "Title,Topics\nOne,New thing\n", create_topics="on")
    ResourceImport.objects.update(owner=person("ohio-editor"))
    assert "You can no longer add topics." in confirm(client, job).content.decode()
    assert not Topic.objects.filter(name="New thing").exists()


def test_cancel_forgets_the_file(as_persona, django_capture_on_commit_callbacks):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    assert storages["private"].exists(job.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("drop_resource_import", args=[job.pk]), follow=True)
    assert "Nothing was imported from guides.csv. The file is removed." in answer.content.decode()
    assert not storages["private"].exists(job.file.name)
    assert not ResourceImport.objects.exists()


def test_what_is_done_cannot_be_cancelled(as_persona):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    confirm(client, job)
    client.post(reverse("drop_resource_import", args=[job.pk]))
    assert ResourceImport.objects.get().state == "done"


def test_looking_starts_and_forgets_nothing(as_persona):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    for name in ("start_resource_import", "drop_resource_import"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 405
    assert ResourceImport.objects.get().state == "uploaded"


def test_the_report_has_every_row_and_is_kept_by_nobody_else(as_persona):
    factories.resource(title="First guide", summary="What it says")
    client = as_persona("ohio-editor")
    job = uploaded(client, CSV + "=cmd(),,,\n,no title,,\n")
    address = reverse("resource_import_report", args=[job.pk])
    before = client.get(address)
    assert "Second guide,\r\n" in before.content.decode("utf-8-sig")
    confirm(client, job)
    report = client.get(address)
    assert report["Content-Type"] == "text/csv; charset=utf-8"
    assert {"private", "no-store"} <= set(report["Cache-Control"].split(", "))
    assert re.fullmatch(r'attachment; filename="guides report.csv"', report["Content-Disposition"])
    lines = report.content.decode("utf-8-sig").splitlines()
    page = ResourcePage.objects.get(title="Second guide")
    assert lines[0] == "row,outcome,reason,title,page"
    assert lines[1] == "2,duplicate,The same resource is in the library.,First guide,"
    assert lines[2] == f"3,imported,,Second guide,{page.full_url}"
    assert lines[3].startswith("4,imported,,'=cmd()")
    assert lines[4] == "5,refused,There is no title.,,"


def test_the_file_is_kept_in_the_private_place_under_a_name_that_tells_nothing(as_persona):
    job = uploaded(as_persona("ohio-editor"))
    assert isinstance(job.file.storage, PrivateStorage)
    assert re.fullmatch(r"imports/[0-9a-f]{32}", job.file.name)
    assert job.file_name == "guides.csv"


def test_the_upload_page_lists_one_s_own_imports(as_persona):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    link = BeautifulSoup(client.get(UPLOAD).content, "html.parser").find("a", string="guides.csv")
    assert link["href"] == reverse("resource_import", args=[job.pk])


def after(**time):
    return time_machine.travel(timezone.now() + dt.timedelta(**time))


def test_what_nobody_confirmed_for_a_day_is_removed_with_its_file(as_persona, django_capture_on_commit_callbacks):
    job = uploaded(as_persona("ohio-editor"))
    with after(hours=23):
        tasks.remove_old_imports()
    assert ResourceImport.objects.exists()
    with after(hours=25), django_capture_on_commit_callbacks(execute=True):
        tasks.remove_old_imports()
        tasks.remove_old_imports()
    assert not ResourceImport.objects.exists()
    assert not storages["private"].exists(job.file.name)


def test_of_what_is_done_the_file_goes_after_a_day_and_the_report_after_thirty(
    as_persona, django_capture_on_commit_callbacks
):
    client = as_persona("ohio-editor")
    job = uploaded(client)
    confirm(client, job)
    with after(hours=25):
        tasks.remove_old_imports()
    assert not storages["private"].exists(job.file.name)
    assert "Second guide" in client.get(reverse("resource_import_report", args=[job.pk])).content.decode()
    with after(days=31), django_capture_on_commit_callbacks(execute=True):
        tasks.remove_old_imports()
    assert not ResourceImport.objects.exists()
    assert len(titles()) == 2


def test_what_failed_is_removed_after_a_day_and_what_waits_is_not(as_persona, no_worker):
    client = as_persona("ohio-editor")
    confirm(client, uploaded(client))
    failed = uploaded(client)
    ResourceImport.objects.filter(pk=failed.pk).update(state="failed", ended_at=timezone.now())
    with after(hours=25):
        tasks.remove_old_imports()
    assert [job.state for job in ResourceImport.objects.all()] == ["queued"]


def test_the_clock_removes_old_imports(settings):
    assert "library.tasks.remove_old_imports" in settings.CLOCK_JOBS


def test_an_account_that_goes_takes_its_files_along(as_persona, django_capture_on_commit_callbacks):
    job = uploaded(as_persona("ohio-editor"))
    with django_capture_on_commit_callbacks(execute=True):
        person("ohio-editor").delete()
    assert not storages["private"].exists(job.file.name)


def test_the_plan_on_the_page_is_the_one_that_is_carried_out(as_persona, monkeypatch):
    """What changed since the preview counts: the plan is made anew."""
    client = as_persona("ohio-editor")
    job = uploaded(client)
    factories.resource(title="First guide", summary="What it says")
    assert "1 imported , 1 duplicate" in words(confirm(client, job))
    assert ResourceImport.objects.get().counts == {"rows": 2, plans.NEW: 1, plans.DUPLICATE: 1, plans.REFUSED: 0}
