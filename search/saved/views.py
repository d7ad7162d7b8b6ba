"""Keep a search, see those that one keeps, change or drop one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from search.models import SavedSearch
from search.saved.keeping import MOST, keep

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@login_required
def saved_searches(request: HttpRequest) -> HttpResponse:
    """The searches that a person keeps."""
    kept = SavedSearch.objects.filter(user=request.user)
    return render(request, "search/saved.html", {"searches": kept, "paces": SavedSearch.Pace.choices})


@require_POST
@login_required
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep the search whose query string is posted as `address`. Pressing twice keeps it once."""
    address = request.POST.get("address", "").removeprefix("?")[:1000]
    saved = keep(request.user, QueryDict(address), request.POST.get("pace", ""))
    if saved is None:
        messages.error(request, f"You have {MOST} saved searches, the most that you can keep. Delete one first.")
        return redirect("saved_searches")
    messages.success(request, f"Saved: {saved.name}. You get a mail when something new matches.")
    return redirect(f"{reverse('search')}{saved.address}")


@require_POST
@login_required
def change_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a search (`drop`), or give it another pace (`pace`)."""
    saved = get_object_or_404(SavedSearch, pk=pk, user=request.user)
    if "drop" in request.POST:
        saved.delete()
        messages.success(request, f"Deleted: {saved.name}.")
    elif request.POST.get("pace") in SavedSearch.Pace.values:
        saved.pace = request.POST["pace"]
        saved.save(update_fields=["pace"])
        messages.success(request, f"{saved.name}: {saved.get_pace_display().lower()}.")
    return redirect("saved_searches")
