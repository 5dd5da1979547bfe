"""What is over is erased. Every page looks at the times itself; this makes the rows follow. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from lms.core.db import changed_rows, utcnow
from lms.referral.models import (
    WITH_CONTENT,
    ImportStatus,
    Referral,
    ReferralImport,
    ReferralNumber,
    ReferralStatus,
    ReferralUse,
)
from lms.referral.services import KEPT_AFTERWARDS, KEPT_DRAFT, emptied

MARGIN = timedelta(days=2)
"""Past the end of its time, for clocks that differ."""


def erase_what_is_over(now: datetime | None = None) -> int:
    """Empty what has ended, remove what ended long ago; how many rows that were."""
    now = now or utcnow()
    return sum(
        changed_rows(statement)
        for statement in (
            update(ReferralImport)
            .where(ReferralImport.status.in_(WITH_CONTENT), ReferralImport.erase_at <= now)
            .values(emptied(ImportStatus.ERASED)),
            delete(ReferralImport).where(
                ReferralImport.status.notin_(WITH_CONTENT), ReferralImport.erase_at <= now - KEPT_AFTERWARDS
            ),
            update(Referral)
            .where(Referral.status == ReferralStatus.SIGNED, Referral.valid_until <= now)
            .values(
                status=ReferralStatus.EXPIRED,
                token="",
                content={},
                statement="",
                page_nonce=None,
                page_hash=None,
            ),
            delete(Referral).where(
                or_(
                    (Referral.status == ReferralStatus.DRAFT) & (Referral.created_at <= now - KEPT_DRAFT),
                    Referral.status.in_([ReferralStatus.SUGGESTED, ReferralStatus.DECLINED])
                    & (Referral.created_at <= now - KEPT_AFTERWARDS),
                    Referral.status.in_([ReferralStatus.WITHDRAWN, ReferralStatus.EXPIRED])
                    & (Referral.valid_until <= now - KEPT_AFTERWARDS),
                )
            ),
            delete(ReferralUse).where(ReferralUse.expires_at <= now - MARGIN),
            delete(ReferralNumber).where(ReferralNumber.expires_at <= now - MARGIN),
        )
    )
