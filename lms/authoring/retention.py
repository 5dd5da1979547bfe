"""Results of runs and files that were sent to be imported are kept for a while only. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from lms.authoring.models import AuthorRun, CourseImport, RunStatus
from lms.core.db import changed_rows, utcnow

KEEP_RUNS = timedelta(days=30)
KEEP_IMPORTS = timedelta(days=1)
AT_ONCE = 200


def erase_runs(now: datetime | None = None) -> int:
    """Erase some of the old runs that have ended; how many. What was published stays in its version."""
    old = (
        select(AuthorRun.id)
        .where(
            AuthorRun.status.in_([RunStatus.DONE, RunStatus.FAILED]),
            AuthorRun.created_at <= (now or utcnow()) - KEEP_RUNS,
        )
        .limit(AT_ONCE)
    )
    return changed_rows(delete(AuthorRun).where(AuthorRun.id.in_(old)))


def erase_imports(now: datetime | None = None) -> int:
    """Erase some of what was sent and not taken over within a day; how many."""
    old = select(CourseImport.id).where(CourseImport.created_at <= (now or utcnow()) - KEEP_IMPORTS)
    return changed_rows(delete(CourseImport).where(CourseImport.id.in_(old.limit(AT_ONCE))))
