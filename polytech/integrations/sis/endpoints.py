"""`/api/sis/batches`: the feed's door for other systems. The scope `sis:write` opens it; `sis:read` looks in."""

import contextlib
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile
from ninja.security import HttpBearer

from polytech.integrations.sis.access import READ, WRITE
from polytech.integrations.sis.batches import preview_delivery, sync_with_report
from polytech.integrations.sis.deliveries import store_delivery
from polytech.integrations.sis.models import Batch, Door
from polytech.integrations.sis.progress import state_of
from polytech.integrations.sis.reading import LIMITS
from polytech.integrations.sis.running import FeedBusy, Report
from polytech.integrations.sis.sentences import sentence_of
from polytech.kernel.actions import Refused
from polytech.people.api import ApiToken, token_with_scope

FINDINGS_AT_MOST = 5000
_STATUS = {"applied": 200, "previewed": 200, "stopped": 409, "refused": 422, "failed": 503}


class FeedToken(HttpBearer):
    """`Authorization: Bearer …` with one of the scopes."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return next((found for scope in self.scopes if (found := token_with_scope(request, scope))), None)


class FindingOut(Schema):
    """One finding: where, what (a stable code and a sentence), and what was done about it."""

    level: Literal["info", "warning", "error"]
    code: str
    file: str = ""
    line: int | None = None
    column: str = ""
    done: str
    values: dict[str, Any] = {}
    sentence: str


class FileCounts(Schema):
    """Rows of one file, by what became (or would become) of them."""

    mode: str
    rows: int
    created: int
    changed: int
    returned: int
    ended: int
    unchanged: int
    quarantined: int


class BatchOut(Schema):
    """A delivery and its outcome."""

    id: int | None
    state: str
    counts: dict[str, FileCounts]
    findings: list[FindingOut]
    more_findings: int = 0
    finished_at: datetime | None = None


router = Router(auth=FeedToken(WRITE), tags=["sis"])


@router.post(
    "/batches",
    response={200: BatchOut, 409: BatchOut, 422: BatchOut, 503: BatchOut},
    summary="Bring in a delivery",
    operation_id="post_sis_batch",
)
def post_batch(
    request: HttpRequest,
    delivery: UploadedFile = File(...),  # noqa: B008 — how the library declares parameters
    preview: bool = False,
    accept_large_end: bool = False,
) -> Any:
    """Send a zip or tar.gz (docs/sis-feed.md) as the form field `delivery`; the answer comes when it is done.

    200 applied (or previewed) · 409 nothing applied: it would end more than the set share (repeat with
    `accept_large_end=true` if that is right), or another batch is being applied · 413 too large · 422 refused: the
    findings say why · 503 disk or database. With `preview=true` nothing is written.
    """
    if (delivery.size or 0) > LIMITS.archive_bytes:
        raise HttpError(413, f"At most {LIMITS.archive_bytes} bytes.")
    batch = Batch(door=Door.API, source=f"API: {request.auth.name}"[:200])  # type: ignore[attr-defined]
    try:
        path = store_delivery(delivery.chunks())
    except Refused as refusal:
        raise HttpError(503, str(refusal.sentence)) from refusal
    try:
        if preview:
            report = preview_delivery(path)
        else:
            report = sync_with_report(path, batch=batch, accept_large_end=accept_large_end)
    except FeedBusy as busy:
        raise HttpError(409, "Another batch is being applied.") from busy
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
    return Status(_STATUS[report.outcome], _answer(batch, report))


@router.get(
    "/batches/{batch_id}",
    auth=FeedToken(READ, WRITE),
    response={200: BatchOut, 404: dict[str, str]},
    summary="A delivery and its findings",
)
def get_batch(request: HttpRequest, batch_id: int) -> Any:
    """What became of a delivery, by whichever door it came."""
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None:
        return Status(404, {"detail": "Not Found"})
    total = batch.findings.count()
    findings = [
        {**row, "sentence": sentence_of(row["code"], row["values"])}
        for row in batch.findings.order_by("id").values("level", "code", "file", "line", "column", "done", "values")[
            :FINDINGS_AT_MOST
        ]
    ]
    return {
        "id": batch.pk, "state": state_of(batch), "counts": batch.counts, "findings": findings,
        "more_findings": max(0, total - FINDINGS_AT_MOST), "finished_at": batch.finished_at,
    }  # fmt: skip


def _answer(batch: Batch, report: Report) -> dict[str, Any]:
    findings = [
        {
            "level": one.level.value, "code": one.code, "file": one.file, "line": one.line, "column": one.column,
            "done": one.done, "values": one.values or {}, "sentence": sentence_of(one.code, one.values),
        }
        for one in report.findings[:FINDINGS_AT_MOST]
    ]  # fmt: skip
    return {
        "id": batch.pk, "state": report.outcome, "counts": report.counts, "findings": findings,
        "more_findings": max(0, len(report.findings) - FINDINGS_AT_MOST), "finished_at": batch.finished_at,
    }  # fmt: skip
