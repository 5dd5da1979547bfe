"""The process that talks to a remote repository. It trusts nothing that comes, and writes into a quarantine alone.

`python -m lms.authoring.remote_process` reads one request as JSON and answers in JSON: `{"commit": …}` or
`{"fault": <code>, "detail": …}`. It has bounds on memory, processor time and files; whoever starts it ends it, and
what it has started, when its time is over.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Any

from dulwich.client import HTTPUnauthorized
from dulwich.errors import (
    HangupException,
    NotGitRepository,
    ObjectFormatException,
)
from dulwich.graph import can_fast_forward
from dulwich.object_store import BaseObjectStore, DiskObjectStore, ObjectStoreGraphWalker, iter_tree_contents
from dulwich.objects import Blob, Commit, ObjectID, Tag, Tree
from dulwich.pack import UnpackedObject
from dulwich.refs import Ref
from dulwich.repo import Repo
from urllib3.exceptions import HTTPError

from lms.authoring.addresses import Refused, parse_address
from lms.authoring.paths import LARGEST_COURSE, LARGEST_FILE, MOST_FILES, BadPath, check_together, safe_path
from lms.authoring.transport import client_for, path_for

if TYPE_CHECKING:
    from dulwich.client import GeneratePackDataFunc

LARGEST_PACK = 64 * 1024 * 1024
LARGEST_INFLATED = 512 * 1024 * 1024
LARGEST_OBJECT = 8 * 1024 * 1024
MOST_OBJECTS = 100_000
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 90

# What ssh and servers say, and what it means for whoever typed the address.
_SAID = (
    ("host key verification failed", "host_key"),
    ("identification has changed", "host_key"),
    ("permission denied", "denied"),
    ("authentication failed", "denied"),
    ("read-only", "denied"),
    ("not found", "not_found"),
    ("does not exist", "not_found"),
    ("does not appear to be a git repository", "not_found"),
)


class Fault(Exception):
    """Why it did not work: a code of `remotes.Code`, and what it is about."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def main() -> None:
    """Do what the request says."""
    request = json.load(sys.stdin)
    _set_bounds()
    acts: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"fetch": fetch, "push": push}
    answer = answered(acts[request["act"]], request)
    json.dump(answer, sys.stdout)


def answered(act: Callable[[dict[str, Any]], dict[str, Any]], request: dict[str, Any]) -> dict[str, Any]:
    """The answer, or the fault: everything that a remote can bring about has a code."""
    try:
        return act(request)
    except (Fault, Refused) as fault:
        return {"fault": fault.code, "detail": getattr(fault, "detail", "")[:200]}
    except BadPath as error:
        return {"fault": "content", "detail": error.path[:200]}
    except MemoryError:
        return {"fault": "too_large", "detail": ""}
    except Exception as error:  # noqa: BLE001  # what a hostile server sends can break a parser in any way
        return {"fault": _meaning(error), "detail": ""}


def fetch(request: dict[str, Any]) -> dict[str, Any]:
    """Bring a branch into the quarantine and look at all of it."""
    address = parse_address(request["url"])
    client = client_for(
        address,
        key=Path(request["key"]),
        known_hosts=Path(request["known_hosts"]),
        allow_private=request["allow_private"],
    )
    ref = Ref(b"refs/heads/" + request["branch"].encode())
    with _quarantine(Path(request["repository"]), Path(request["quarantine"])) as store:
        tip: list[ObjectID] = []

        def wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001
            if ref not in refs:
                raise Fault("no_branch" if refs else "empty", request["branch"])
            tip.append(refs[ref])
            return [] if refs[ref] in store else [refs[ref]]

        heads = _heads(Path(request["repository"]))
        written, commit, abort = store.add_pack()
        size = 0

        def take(data: bytes) -> int:
            nonlocal size
            size += len(data)
            if size > LARGEST_PACK:
                raise Fault("too_large")
            return written.write(data)

        try:
            walker = ObjectStoreGraphWalker(heads, lambda sha: _parents(store, sha))
            client.fetch_pack(path_for(address), wants, walker, take)
        except BaseException:
            abort()
            raise
        commit()
        _look_at_everything(store, tip[0])
        return {"commit": tip[0].decode()}


def push(request: dict[str, Any]) -> dict[str, Any]:
    """Send a commit to a branch that it goes on from; a branch that has more than we know is left alone."""
    address = parse_address(request["url"])
    client = client_for(
        address,
        key=Path(request["key"]),
        known_hosts=Path(request["known_hosts"]),
        allow_private=request["allow_private"],
    )
    ref, new = Ref(b"refs/heads/" + request["branch"].encode()), ObjectID(request["commit"].encode())
    repo = Repo(request["repository"])

    def update(refs: dict[Ref, ObjectID]) -> dict[Ref, ObjectID]:
        old = refs.get(ref)
        if old is not None and (old not in repo.object_store or not can_fast_forward(repo, old, new)):
            raise Fault("moved")
        return {ref: new}

    try:
        sent = client.send_pack(path_for(address).encode(), update, _packer(repo))
    finally:
        repo.close()
    if sent.ref_status and sent.ref_status.get(ref) is not None:
        raise Fault("rejected", str(sent.ref_status[ref]))
    return {"commit": request["commit"]}


class _quarantine:  # used as a function
    """An object store beside the repository's, which it can read: what comes is kept apart until it was looked at."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self._repository = repository
        self._folder = folder

    def __enter__(self) -> DiskObjectStore:
        (self._folder / "info").mkdir(parents=True)
        (self._folder / "pack").mkdir()
        (self._folder / "info" / "alternates").write_text(f"{self._repository / 'objects'}\n")
        self._store = DiskObjectStore(str(self._folder))
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


def _heads(repository: Path) -> list[ObjectID]:
    repo = Repo(str(repository))
    try:
        return [sha for ref, sha in repo.refs.as_dict().items() if ref.startswith(b"refs/")]
    finally:
        repo.close()


def _parents(store: BaseObjectStore, sha: ObjectID) -> list[ObjectID]:
    found = store[sha]
    return found.parents if isinstance(found, Commit) else []


def _packer(repo: Repo) -> GeneratePackDataFunc:
    def generate(
        have: Set[ObjectID],
        want: Set[ObjectID],
        *,
        ofs_delta: bool = False,
        progress: Callable[[bytes], None] | None = None,  # noqa: ARG001  # nobody looks on
    ) -> tuple[int, Iterator[UnpackedObject]]:
        return repo.generate_pack_data(set(have), set(want), ofs_delta=ofs_delta)

    return generate


def _look_at_everything(store: DiskObjectStore, tip: ObjectID) -> None:
    """Every new object is well made, small and complete; the files of the tip are ones that a course may have."""
    fresh = [sha for pack in store.packs for sha in pack]
    if len(fresh) > MOST_OBJECTS:
        raise Fault("too_large")
    total = 0
    for sha in fresh:
        kind, raw = store.get_raw(sha)
        total += len(raw)
        if len(raw) > LARGEST_OBJECT or total > LARGEST_INFLATED:
            raise Fault("too_large")
        if kind != Blob.type_num:
            _look_at(store, sha)
    _look_at_tip(store, tip)


def _look_at(store: BaseObjectStore, sha: ObjectID) -> None:
    found = store[sha]
    try:
        found.check()
    except ObjectFormatException as error:
        raise Fault("content", found.id.decode()[:10]) from error
    if isinstance(found, Commit):
        needed = [found.tree, *found.parents]
    elif isinstance(found, Tree):
        needed = [entry.sha for entry in found.items() if S_ISREG(entry.mode) or S_ISDIR(entry.mode)]
    elif isinstance(found, Tag):
        needed = []
    else:
        raise Fault("protocol")
    if any(other not in store for other in needed):
        raise Fault("protocol", "incomplete")


def _look_at_tip(store: BaseObjectStore, tip: ObjectID) -> None:
    commit = store[tip]
    if not isinstance(commit, Commit):
        raise Fault("protocol", "no commit")
    paths, total = [], 0
    for path, size in _files(store, commit.tree):
        paths.append(safe_path(path))
        total += size
        if size > LARGEST_FILE or total > LARGEST_COURSE or len(paths) > MOST_FILES:
            raise Fault("too_large", path)
    check_together(paths)
    if "course.toml" not in paths:
        raise Fault("no_course")


def _files(store: BaseObjectStore, tree: ObjectID) -> Iterator[tuple[str, int]]:
    for entry in iter_tree_contents(store, tree):
        path = entry.path.decode("utf-8", "replace")
        if not S_ISREG(entry.mode):
            raise Fault("link", path)
        yield path, len(store.get_raw(entry.sha)[1])


def _meaning(error: Exception) -> str:
    causes = list(_causes(error))
    refused = next((cause.code for cause in causes if isinstance(cause, Refused)), None)
    if refused is not None:
        return refused
    if isinstance(error, HTTPUnauthorized):
        return "denied"
    if isinstance(error, NotGitRepository):
        return "not_found"
    said = str(error).lower()
    for words, code in _SAID:
        if words in said:
            return code
    lost = any(isinstance(cause, OSError | HTTPError | HangupException) for cause in causes)
    return "unreachable" if lost else "protocol"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what brought it about, and so on; urllib3 keeps it as `reason`."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]


def _set_bounds() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_INFLATED, LARGEST_INFLATED))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
