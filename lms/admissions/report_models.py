"""The report on fairness of a round, as it was made once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import User
from lms.core.db import Base, UTCDateTime, utcnow


class FairnessReport(Base):
    """What may be shown of how a round treated groups. There is one for each round, and it never changes.

    Two reports of one round could be subtracted from each other: the key of the table is what refuses the second.
    """

    __tablename__ = "admission_fairness_report"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("admission_round.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """As `fairness.make_report` makes it: rows that are not in it are kept nowhere."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    author: Mapped[User | None] = relationship()
