"""Exercises as JSON, and content hashes: what a submission pins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from lms.catalog.model import AskedReview, Check, Exercise, Mistake, Place, Rules, Step, Suite, SuiteTest

SNAPSHOT_FORMAT = 1


def content_hash(content: object) -> str:
    """The SHA-256, in hex, of plain data in canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def exercise_to_json(exercise: Exercise) -> dict[str, Any]:
    """A snapshot from which `exercise_from_json` makes the same exercise again."""
    content = asdict(exercise)
    del content["place"]
    if exercise.suite is None:
        del content["suite"]  # as it was before there were suites
    if exercise.review is None:
        del content["review"]  # as it was before there were reviews
    # Through JSON once, so that a snapshot just made equals the same snapshot read back from a table.
    snapshot: dict[str, Any] = json.loads(json.dumps({"format": SNAPSHOT_FORMAT, **content}))
    return snapshot


def exercise_from_json(snapshot: Mapping[str, Any]) -> Exercise:
    """The exercise a snapshot was made from; its place in the files is not kept."""
    if snapshot["format"] != SNAPSHOT_FORMAT:
        raise ValueError(f"Exercise snapshot of unknown format {snapshot['format']!r}")
    checks = tuple(_check_from_json(check) for check in snapshot["checks"])
    rules = {name: tuple(constructs) for name, constructs in snapshot["rules"].items()}
    return Exercise(
        slug=snapshot["slug"],
        key=snapshot["key"],
        title=snapshot["title"],
        kernel=snapshot["kernel"],
        files=tuple(snapshot["files"]),
        starter=snapshot["starter"],
        solution=snapshot["solution"],
        wrong=snapshot["wrong"],
        checks=checks,
        rules=Rules(**rules),
        mistakes=tuple(Mistake(**mistake) for mistake in snapshot["mistakes"]),
        statement=snapshot["statement"],
        version=snapshot["version"],
        place=Place("", 1),
        suite=_suite_from_json(snapshot.get("suite")),
        review=_review_from_json(snapshot.get("review")),
    )


def with_version(exercise: Exercise) -> Exercise:
    """The exercise with the hash of its content as version."""
    content = exercise_to_json(exercise)
    del content["version"]
    return replace(exercise, version=content_hash(content))


def _suite_from_json(suite: Mapping[str, Any] | None) -> Suite | None:
    if suite is None:
        return None
    return Suite(
        files=suite["files"],
        data=tuple(suite["data"]),
        hidden=tuple(suite["hidden"]),
        reference=suite["reference"],
        tests=tuple(SuiteTest(**test) for test in suite["tests"]),
        surface={name: tuple(operators) for name, operators in suite["surface"].items()},
        recorded_of=suite["recorded_of"],
    )


def _review_from_json(review: Mapping[str, Any] | None) -> AskedReview | None:
    return AskedReview(tuple(review["criteria"])) if review is not None else None


def _check_from_json(check: Mapping[str, Any]) -> Check:
    steps = tuple(Step(**step) for step in check["steps"])
    return Check(**{**check, "steps": steps})
