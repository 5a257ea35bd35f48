"""The registrar's pages of the feed."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from polytech.integrations.sis import actions, queries
from polytech.integrations.sis.access import RUN_FEED, may_run_feed
from polytech.integrations.sis.forms import UploadForm
from polytech.integrations.sis.models import Batch, BatchState
from polytech.integrations.sis.progress import (
    GOING,
    can_apply,
    can_discard,
    can_look_again,
    is_outdated,
    progress_state,
    state_of,
    topic,
)
from polytech.integrations.sis.sentences import DONE, FILE_WORDS, LEVELS, WORK, sentence_of
from polytech.kernel.actions import Refused
from polytech.kernel.streams import stream_url
from polytech.people.api import Viewer, recorded
from polytech.ui.api import render_page

TONES = {
    "applied": "ok", "stopped": "warn", "looking": "live", "running": "live", "refused": "bad", "failed": "bad",
    "interrupted": "bad",
}  # fmt: skip
LEVEL_TONES = {"error": "bad", "warning": "warn", "info": ""}
# What a spreadsheet would take for a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


@require_http_methods(["GET", "HEAD", "POST"])
@recorded("feed")
def feed(request: HttpRequest) -> HttpResponse:
    """How fresh the data are, the last batches, and the door for the next one."""
    viewer = _viewer(request)
    if not may_run_feed(viewer):
        raise PermissionDenied("run feed")
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["delivery"]
        try:
            batch = actions.upload_delivery(viewer=viewer, name=upload.name, chunks=upload.chunks())
            return HttpResponseRedirect(f"/feed/{batch.pk}/")
        except Refused as refusal:
            form.add_error("delivery", str(refusal.sentence))
    context = {
        "form": form,
        "freshness": queries.freshness(),
        "batches": queries.recent_batches(RUN_FEED.visible(viewer)),
        "hand_made": queries.hand_made_accounts(),
        "labels": dict(BatchState.choices),
        "tones": TONES,
    }
    return render_page(request, "sis/feed.html", context, current="feed")


@require_safe
@recorded("feed-batch", thing="batch_id")
def report(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: how far it is; when it has ended, what it did or would do, and everything that was found."""
    batch = RUN_FEED.get(_viewer(request), pk=batch_id)
    state = state_of(batch)
    groups = [
        {
            "level": LEVELS[group.level], "tone": LEVEL_TONES[group.level], "file": group.file, "count": group.count,
            "done": DONE.get(group.findings[0].done, ""), "more": group.count - len(group.findings),
            "rows": [
                {"place": _place(one.line, one.column), "text": sentence_of(one.code, one.values)}
                for one in group.findings
            ],
        }
        for group in queries.findings_by_kind(batch)
    ]  # fmt: skip
    context = {
        "batch": batch,
        "state": state,
        "state_label": dict(BatchState.choices).get(state, state),
        "tone": TONES.get(state, ""),
        "counts": queries.counts_in_order(batch),
        "groups": groups,
        "words": FILE_WORDS,
        "large_ends": queries.large_ends(batch),
        "outdated": is_outdated(batch),
        "can_apply": can_apply(batch),
        "can_look_again": can_look_again(batch),
        "can_discard": can_discard(batch),
        "is_going": state in GOING,
        "what": WORK.get(state, ""),
        "stream": stream_url(topic(batch)) if state in GOING else "",
    }
    return render_page(request, "sis/report.html", context, current="feed")


def _place(line: int | None, column: str) -> str:
    parts = [_("line %(line)s") % {"line": line}] if line else []
    return ", ".join([*parts, *([column] if column else [])])


@require_safe
def state(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far a batch is, for the page's own script."""
    batch = RUN_FEED.get(_viewer(request), pk=batch_id)
    now = state_of(batch)
    return JsonResponse({"share": batch.share_done, "what": str(WORK.get(now, "")), "state": progress_state(now)})


@require_POST
def look(request: HttpRequest, batch_id: int) -> HttpResponse:
    try:
        actions.look_again(viewer=_viewer(request), batch_id=batch_id)
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    return HttpResponseRedirect(f"/feed/{batch_id}/")


@require_POST
def apply(request: HttpRequest, batch_id: int) -> HttpResponse:
    accept = request.POST.get("accept_large_end") == "yes"
    try:
        actions.apply_batch(viewer=_viewer(request), batch_id=batch_id, accept_large_end=accept)
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    return HttpResponseRedirect(f"/feed/{batch_id}/")


@require_POST
def discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    actions.discard_batch(viewer=_viewer(request), batch_id=batch_id)
    messages.success(request, _("The delivery was discarded. Nothing of it was applied."))
    return HttpResponseRedirect("/feed/")


class _Line:
    """A file for the csv module that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


@require_safe
@recorded("feed-batch", thing="batch_id")
def findings(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    """All findings of a batch as CSV, with nothing in them that a spreadsheet would run."""
    batch = RUN_FEED.get(_viewer(request), pk=batch_id)
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        # The byte order mark tells spreadsheets that this is UTF-8.
        yield "\ufeff"
        for row in _finding_rows(batch):
            yield writer.writerow([_harmless(cell) for cell in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="feed-{batch.pk}-findings.csv"'
    return answer


def _finding_rows(batch: Batch) -> Iterator[list[Any]]:
    yield [_("Level"), _("File"), _("Line"), _("Column"), _("Remark"), _("What was done")]
    for one in queries.finding_rows(batch):
        text = sentence_of(one.code, one.values)
        level, done = LEVELS.get(one.level, one.level), DONE.get(one.done, "")
        yield [str(level), one.file, one.line or "", one.column, text, str(done)]


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_SIGNS) else cell
