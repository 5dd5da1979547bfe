"""The doorbell: a Dramatiq queue whose messages hold an id and say no more than "look at the table"."""

from __future__ import annotations

import logging
from collections.abc import Callable

import dramatiq
from dramatiq.broker import Broker
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import BrokerConnectionError
from flask import Flask, current_app
from pika.exceptions import AMQPError
from redis.exceptions import RedisError

from lms.core.errors import ConfigError

QUEUE = "grading"
EXTENSION = "passerelle_bell"

log = logging.getLogger(__name__)


class Bell:
    """One application's doorbell. No middleware: retries, results and time limits are the row's business."""

    def __init__(self, url: str) -> None:
        self.broker = make_broker(url)
        self._answer: Callable[[], None] | None = None
        declare = dramatiq.actor(broker=self.broker, actor_name="grade_submission", queue_name=QUEUE)
        self._actor = declare(self._grade_submission)

    def ring(self, submission_id: int) -> None:
        """Tell a grader that there is work. A broker that is away costs a sweep's interval and no more."""
        try:
            self._actor.send(submission_id)
        except (BrokerConnectionError, RedisError, AMQPError, OSError) as error:
            log.warning("The doorbell did not ring: %s", type(error).__name__)

    def answered_by(self, answer: Callable[[], None]) -> None:
        """What this process does when the bell rings."""
        self._answer = answer

    def _grade_submission(self, _submission_id: int) -> None:
        # The id only helps people who look at the broker: which row is next is decided by the table.
        if self._answer is not None:
            self._answer()


def make_broker(url: str) -> Broker:
    """The broker an address names; '' is the in-memory one of this process."""
    if not url:
        return StubBroker(middleware=[])
    if url.startswith(("redis://", "rediss://", "unix://")):
        return RedisBroker(url=url, middleware=[])  # type: ignore[no-untyped-call]  # dramatiq leaves it untyped
    if url.startswith(("amqp://", "amqps://")):
        return RabbitmqBroker(url=url, middleware=[])
    raise ConfigError("PASSERELLE_BROKER_URL begins with redis:// or amqp://, or is empty")


def bell_of(app: Flask) -> Bell:
    """The application's bell, made when it is first needed."""
    bell: Bell | None = app.extensions.get(EXTENSION)
    return bell if bell is not None else app.extensions.setdefault(EXTENSION, Bell(app.config["BROKER_URL"]))


def ring(submission_id: int) -> None:
    """Ring for a hand-in that has been committed."""
    bell_of(current_app._get_current_object()).ring(submission_id)  # type: ignore[attr-defined]  # the proxy's target
