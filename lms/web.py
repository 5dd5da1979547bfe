"""The web process: gunicorn with threads; without a broker the grader's workers are threads in it."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, Any, Protocol

import click
from gunicorn.app.base import BaseApplication
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from lms.announcements.jobs import start_postman
from lms.app import create_app
from lms.authoring.jobs import serve_published, start_authors
from lms.authoring.sync_jobs import start_syncer
from lms.catalog.shelf import shelf_of
from lms.core.jobs import start_housekeeper
from lms.submissions.jobs import start_grader

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

# A live cell or an event stream holds a thread while it lasts; a class of 30 needs head-room.
WEB_THREADS = 64
GRADER_THREADS = 3

log = logging.getLogger(__name__)


class Helper(Protocol):
    """What works beside the requests, in threads of its own."""

    def stop(self) -> object:
        """Begin nothing more, and wait for what is under way."""


def _grader(app: Flask) -> Helper:
    return start_grader(app, threads=GRADER_THREADS)


HELPERS: tuple[Callable[[Flask], Helper], ...] = (
    start_postman, start_authors, start_housekeeper, start_syncer,
)  # fmt: skip


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """One gunicorn worker with many threads, holding the application and, without a broker, the grader."""

    def __init__(self, bind: str, threads: int) -> None:
        self.bind = bind
        self.threads = threads
        self.helpers: list[Helper] = []
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self.bind,
            "worker_class": "gthread",
            "workers": 1,
            "threads": self.threads,
            "worker_connections": 1000,
            "timeout": 60,
            "graceful_timeout": 5,
            "keepalive": 15,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "limit_request_line": 4094,
            "control_socket_disable": True,
            "worker_exit": self.stop_helpers,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app()
        settle(app)
        starters = HELPERS if app.config["BROKER_URL"] else (_grader, *HELPERS)
        for start in starters:
            self.helpers.append(start(app))
        return app

    def stop_helpers(self, _server: object = None, _worker: object = None) -> None:
        """Stop them one after another."""
        for helper in self.helpers:
            helper.stop()


def settle(app: Flask) -> None:
    """Lay out and read the courses, and leave all that stays for good out of later garbage collections.

    A collection that walks over the courses stops whatever request it falls into for a tenth of a second.
    """
    with app.app_context():
        try:
            serve_published()
        except (SQLAlchemyError, OSError) as error:
            # What this machine has is served; the authors' thread tries again.
            log.warning("Published courses could not be laid out. (%s)", type(error).__name__)
    shelf_of(app).courses()
    configure_mappers()
    gc.collect()
    gc.freeze()


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port to listen on.")
@click.option("--threads", default=WEB_THREADS, show_default=True, help="Requests served at the same time.")
def web(bind: str, threads: int) -> None:
    """Run the web server alone. `passerelle serve` runs it together with the sandbox service."""
    WebServer(bind, threads).run()
