"""Import seeds: check a file first, then import all of it or nothing.

The file is never stored. So it is chosen twice, and its SHA-256 says that it is the same file.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from epcs_portal.http import SignedInRequest
from epcs_portal.submissions.once import Done, once
from epcs_portal.support.forms import SeedFileForm
from epcs_portal.support.views.doors import agent_required
from tokens.flows.import_seed_records import import_seed_records, judged
from tokens.pskc import read_rows
from tokens.pskc_document import is_xml
from tokens.seed_files import SeedFileUnreadable, SeedRow

ROWS_SHOWN = 100  # of those that are wrong, and of those that are right
OTHER_FILE = "This is another file than the one that was checked, so it is checked now."


@sensitive_post_parameters("secret")
@agent_required
def import_seeds(request: SignedInRequest) -> HttpResponse:
    form = SeedFileForm(request.POST or None, request.FILES or None)
    context = {"form": form, "back": {"label": "support site", "url": reverse("admin:index")}}
    rows = _read(form) if form.is_valid() else None
    if rows is None:
        return render(request, "support/seeds.html", context)
    sha256 = hashlib.sha256(form.content).hexdigest()

    def act() -> Done:
        count = _import(request, form, rows)
        return Done(to=request.path, note="seeds-imported", facts={"count": count})

    checked = form.cleaned_data["checked"]
    if checked == sha256 and (answer := once(request, form, act)):
        return answer
    if checked and checked != sha256:
        form.add_error("file", OTHER_FILE)
    return render(request, "support/seeds.html", context | _preview(rows, sha256))


def _preview(rows: list[SeedRow], sha256: str) -> dict[str, Any]:
    """What is wrong comes first, and of either kind no more than somebody reads."""
    bad, good = [row for row in rows if row.problem], [row for row in rows if not row.problem]
    return {
        "sha256": sha256,
        "rows": len(rows),
        "bad": len(bad),
        "lists": [
            {"rows": kind[:ROWS_SHOWN], "more": len(kind[ROWS_SHOWN:]), "word": word}
            for kind, word in ((bad, "wrong"), (good, "right"))
            if kind
        ],
    }


def _read(form: SeedFileForm) -> list[SeedRow] | None:
    """Return the rows with their verdicts, or None when the form says why there are none."""
    at, plain = timezone.now(), settings.DEMO
    try:
        return judged(read_rows(form.content, opener=form.opener, plain_allowed=plain, at=at))
    except SeedFileUnreadable as unreadable:
        form.add_error("file", str(unreadable))
        return None


def _import(request: SignedInRequest, form: SeedFileForm, rows: list[SeedRow]) -> int:
    return import_seed_records(
        rows=rows,
        content=form.content,
        file_format="pskc" if is_xml(form.content) else "csv",
        protection=form.opener.protection.value,
        actor=request.user,
        at=timezone.now(),
    )
