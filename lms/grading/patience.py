"""Grading for commands, which have no queue to wait in: a fault of ours is no verdict, so it is tried again."""

from __future__ import annotations

import time
from collections.abc import Mapping

from lms.catalog.model import Exercise
from lms.grading.outcome import Outcome
from lms.grading.runner import grade
from lms.grading.verdict import Verdict
from sandbox.client import SandboxClient

PAUSES = (1.0, 4.0)
"""Seconds before each further try."""


def grade_patiently(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
    """The verdict on `files`; `our_fault` only when every try ended so."""
    verdict = grade(exercise, files, client)
    for pause in PAUSES:
        if verdict.outcome is not Outcome.OUR_FAULT:
            break
        time.sleep(pause)
        verdict = grade(exercise, files, client)
    return verdict
