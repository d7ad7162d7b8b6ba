"""The admin's pages for bringing a table of resources into a library: upload, preview, confirm, result."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from home.models.vocabularies import Vocabulary
from library import permissions, tasks
from library.forms import ResourceImportForm
from library.importing import columns, plans
from library.importing.rows import Refusal
from library.models import ResourceImport

if TYPE_CHECKING:
    from django.http import HttpRequest

SHOWN_ROWS = 10
SHOWN_PROBLEMS = 20
SHOWN_TERMS = 20
SHOWN_IMPORTS = 10
REFRESH_SECONDS = 5


class ImportMenuItem(MenuItem):
    """“Import resources” in the main menu."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For those who may publish in at least one library."""
        return permissions.importable(request.user).exists()


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file, a library and what is to happen. Keeps the file privately until it is confirmed or dropped."""
    if not permissions.importable(request.user).exists():
        raise PermissionDenied
    form = ResourceImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect("resource_import", form.save().pk)
    recent = ResourceImport.objects.filter(owner=request.user).defer("report")[:SHOWN_IMPORTS]
    context = {"form": form, "fields": columns.FIELDS, "recent": recent}
    return TemplateResponse(request, "library/admin/import_upload.html", context)


def _import_or_404(request: HttpRequest, import_id: int) -> ResourceImport:
    """The import, for its owner and administrators; to everybody else it is not there."""
    job = get_object_or_404(ResourceImport.objects.defer("report").select_related("owner"), pk=import_id)
    if job.owner_id != request.user.pk and not request.user.is_superuser:
        raise Http404
    return job


@require_safe
def show(request: HttpRequest, import_id: int) -> HttpResponse:
    """Where the import is: the preview, waiting, the result, or why it failed."""
    job = _import_or_404(request, import_id)
    context: dict[str, Any] = {"job": job, "place": job.library.place}
    if job.state == ResourceImport.State.UPLOADED:
        try:
            context |= _preview(job)
        except Refusal as refusal:
            context["problem"] = str(refusal)
    response = TemplateResponse(request, f"library/admin/import_{job.state}.html", context)
    if job.state == ResourceImport.State.QUEUED and not job.is_late:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _preview(job: ResourceImport) -> dict[str, Any]:
    """What the import would do, for the page that asks for confirmation. Raises Refusal."""
    permissions.check_import(job)
    table = job.table()
    plan = plans.plan(table, job.library, create_topics=job.create_topics)
    return {
        "table": table,
        "counts": plan.counts,
        "found": [(heading, columns.FIELDS[name][0]) for name, heading in plan.columns.headings.items()],
        "unused": plan.columns.unused,
        "first": plan.outcomes[:SHOWN_ROWS],
        "refused": _some([one for one in plan.outcomes if one.outcome == plans.REFUSED], SHOWN_PROBLEMS),
        "noted": _some([one for one in plan.outcomes if one.outcome == plans.NEW and one.reason], SHOWN_PROBLEMS),
        "unknown": [
            {
                "label": vocabulary.label,
                "created": job.create_topics and vocabulary == Vocabulary.TOPIC,
                **_some(terms, SHOWN_TERMS),
            }
            for vocabulary in Vocabulary
            if (terms := plan.unknown_terms(vocabulary))
        ],
    }


def _some(things: list[Any], limit: int) -> dict[str, Any]:
    """The first of many, and how many are not among them."""
    return {"shown": things[:limit], "count": len(things), "more": max(0, len(things) - limit)}


@require_POST
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    """Import what was confirmed, or try again. However often and wherever it is pressed, it begins once.

    The task is put in the queue in the transaction that changes the state, so neither is ever without the other.
    """
    _import_or_404(request, import_id)
    with transaction.atomic():
        job = ResourceImport.objects.select_for_update(skip_locked=True).filter(pk=import_id).first()
        if job and job.can_start:
            try:
                permissions.check_import(job)
            except Refusal as refusal:
                messages.error(request, f"{refusal} Nothing was imported.")
            else:
                job.state, job.problem, job.started_at = ResourceImport.State.QUEUED, "", timezone.now()
                job.save(update_fields=["state", "problem", "started_at"])
                tasks.import_resources.enqueue(job.pk)
    return redirect("resource_import", import_id)


@require_POST
def drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Forget an import that was not carried out, and its file."""
    _import_or_404(request, import_id)
    with transaction.atomic():
        job = ResourceImport.objects.select_for_update(skip_locked=True).filter(pk=import_id).first()
        if job is None or not job.can_be_dropped:
            return redirect("resource_import", import_id)
        job.delete()
    messages.success(request, f"Nothing was imported from {job.file_name}. The file is removed.")
    return redirect("import_resources")


@require_safe
def report(request: HttpRequest, import_id: int) -> HttpResponse:
    """What becomes, or became, of every row, as a CSV file that a spreadsheet program opens."""
    job = _import_or_404(request, import_id)
    text = job.report
    if job.state == ResourceImport.State.UPLOADED:
        try:
            permissions.check_import(job)
            text = tasks.report_of(plans.plan(job.table(), job.library, create_topics=job.create_topics))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    if not text:
        return redirect("resource_import", import_id)
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{PurePath(job.file_name).stem} report.csv")
    response["Cache-Control"] = "private, no-store"
    return response
