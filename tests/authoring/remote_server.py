"""A git server in this process, for tests: the remote of a course, and ways in which it misbehaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

MAIN = b"refs/heads/main"


class Remote:
    """A bare repository elsewhere, to which somebody pushes with her own git."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.repo = Repo.init_bare(path, default_branch=b"main")

    def commit(
        self, files: Mapping[str, bytes | tuple[int, bytes]], *, branch: bytes = MAIN, email: str = ""
    ) -> str:
        """A commit that has just these files; a pair gives another mode than that of a file."""
        tree = self._tree({name.encode(): what for name, what in files.items()})
        commit = Commit()
        commit.tree = tree
        old = self.repo.refs.as_dict().get(branch)
        commit.parents = [old] if old else []
        commit.author = commit.committer = f"Somebody Else <{email or 'else@school.example'}>".encode()
        commit.author_time = commit.commit_time = 1_700_000_000
        commit.author_timezone = commit.commit_timezone = 0
        commit.message = b"From elsewhere.\n"
        self.repo.object_store.add_object(commit)
        self.repo.refs[branch] = commit.id
        return commit.id.decode()

    def files(self, branch: bytes = MAIN) -> dict[str, bytes]:
        """What the branch holds."""
        store = self.repo.object_store
        tree = store[self.repo.refs[branch]].tree
        return {e.path.decode(): store[e.sha].data for e in store.iter_tree_contents(tree)}

    def _tree(self, files: Mapping[bytes, bytes | tuple[int, bytes]]) -> bytes:
        tree, folders = Tree(), {}
        for path, what in files.items():
            name, _, rest = path.partition(b"/")
            if rest and name:
                folders.setdefault(name, {})[rest] = what
                continue
            mode, content = what if isinstance(what, tuple) else (0o100644, what)
            blob = Blob.from_string(content)
            self.repo.object_store.add_object(blob)
            tree.add(path, mode, blob.id)
        for name, inside in folders.items():
            tree.add(name, 0o040000, self._tree(inside))
        self.repo.object_store.add_object(tree)
        return tree.id


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[str]:
    """This application on a free port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, server_class=_Threads, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving_git(remote: Remote) -> Iterator[str]:
    """The remote over HTTP; the address of its repository."""
    with serving(make_wsgi_chain(DictBackend({"/course": remote.repo}))) as address:
        yield f"{address}/course"
