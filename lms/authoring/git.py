"""Git's objects as authoring uses them: files, states and commits, read from and made for a repository."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from stat import S_ISREG
from types import MappingProxyType

from dulwich.errors import NotTreeError
from dulwich.object_store import iter_tree_contents, tree_lookup_path
from dulwich.objects import Blob, ObjectID, ShaFile, SubmoduleEncountered, Tree
from dulwich.objects import Commit as GitCommit
from dulwich.refs import Ref
from dulwich.repo import Repo

LONGEST_MESSAGE = 2000
LONGEST_NAME = 100
LAST_MOMENT = 4102444800
"""The year 2100: a commit from elsewhere may say that it is of any time."""
ADDRESS = "passerelle.invalid"
"""Git wants an address of every author. This one says which account it was, and leads nowhere."""

_FILE_MODE = 0o100644
_FOLDER_MODE = 0o040000


class Unknown(LookupError):
    """There is no such branch, commit or file in the repository."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who commits: her name, and the `public_id` of her account."""

    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One step of the history. `mark` is the author's `public_id`; empty for an author from another installation."""

    id: str
    message: str
    author: str
    mark: str
    at: datetime
    parents: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The message's first line."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Change:
    """One file that two states have differently. None: not there."""

    path: str
    old: bytes | None
    new: bytes | None


def oid(commit: str) -> ObjectID:
    return ObjectID(commit.encode("ascii", "replace"))


def ref_of(branch: str) -> Ref:
    return Ref(b"refs/heads/" + branch.encode("ascii", "replace"))


def head_of(repo: Repo, branch: str) -> str:
    try:
        return repo.refs[ref_of(branch)].decode()
    except KeyError:
        raise Unknown(branch) from None


def commit_of(repo: Repo, commit: str) -> GitCommit:
    if len(commit) != 40 or not set(commit) <= set("0123456789abcdef"):
        raise Unknown(commit)
    try:
        found = repo.object_store[oid(commit)]
    except KeyError:
        raise Unknown(commit) from None
    if not isinstance(found, GitCommit):
        raise Unknown(commit)
    return found


def blob_of(repo: Repo, blob_id: str) -> Blob:
    try:
        found = repo.object_store[oid(blob_id)]
    except KeyError:
        raise Unknown(blob_id) from None
    if not isinstance(found, Blob):
        raise Unknown(blob_id)
    return found


@lru_cache(maxsize=256)
def listing_of(path: str, commit: str) -> Mapping[str, str]:
    """A commit never changes, so what it lists can be kept. Links and submodules are no files of a course."""
    repo = Repo(path)
    try:
        entries = iter_tree_contents(repo.object_store, commit_of(repo, commit).tree)
        return MappingProxyType(
            {
                entry.path.decode("utf-8", "replace"): entry.sha.decode()
                for entry in entries
                if S_ISREG(entry.mode)
            }
        )
    finally:
        repo.close()


def tree_of(listing: Mapping[str, str], fresh: dict[bytes, ShaFile]) -> ObjectID:
    """The id of the tree with these files; it and the trees in it are put with what is to be written."""
    tree = Tree()
    folders: dict[str, dict[str, str]] = {}
    for path, blob_id in listing.items():
        name, _, rest = path.partition("/")
        if rest:
            folders.setdefault(name, {})[rest] = blob_id
        else:
            tree.add(name.encode(), _FILE_MODE, oid(blob_id))
    for name, inside in folders.items():
        tree.add(name.encode(), _FOLDER_MODE, tree_of(inside, fresh))
    fresh[tree.id] = tree
    return tree.id


def objects_of(listing: Mapping[str, str]) -> set[bytes]:
    """The ids of all that a state with these files is made of."""
    trees: dict[bytes, ShaFile] = {}
    tree_of(listing, trees)
    return {*trees, *(blob_id.encode() for blob_id in listing.values())}


def new_commit(repo: Repo, tree: ObjectID, parents: Sequence[str], author: Author, message: str) -> GitCommit:
    # Never before its parents, so that history by time is history by descent.
    times = [commit_of(repo, parent).commit_time for parent in parents]
    name = "".join(char for char in author.name if char.isprintable() and char not in "<>").strip()
    identity = f"{name[:LONGEST_NAME] or '?'} <{author.mark}@{ADDRESS}>".encode()
    commit = GitCommit()
    commit.tree = tree
    commit.parents = [oid(parent) for parent in parents]
    commit.author = commit.committer = identity
    commit.author_time = commit.commit_time = max([int(time.time()), *times])
    commit.author_timezone = commit.commit_timezone = 0
    commit.encoding = b"UTF-8"
    text = message.replace("\0", "").replace("\r\n", "\n").strip()
    commit.message = text[:LONGEST_MESSAGE].encode("utf-8", "replace") + b"\n"
    return commit


def shown(commit: GitCommit) -> Commit:
    name, _, address = commit.author.decode("utf-8", "replace").partition(" <")
    mark, _, host = address.removesuffix(">").partition("@")
    return Commit(
        id=commit.id.decode(),
        message=commit.message.decode("utf-8", "replace").strip(),
        author=name,
        mark=mark if host == ADDRESS else "",
        at=datetime.fromtimestamp(min(max(commit.commit_time, 0), LAST_MOMENT), UTC),
        parents=tuple(parent.decode() for parent in commit.parents),
    )


def walk(repo: Repo, head: str) -> Iterator[GitCommit]:
    """A commit and all that it came from, newest first."""
    waiting = [(0, 0, commit_of(repo, head))]
    seen = {head}
    while waiting:
        _, _, commit = heapq.heappop(waiting)
        yield commit
        for parent in commit.parents:
            parent_id = parent.decode()
            if parent_id not in seen:
                seen.add(parent_id)
                found = commit_of(repo, parent_id)
                heapq.heappush(waiting, (-found.commit_time, len(seen), found))


class Follower:
    """Tells which commits have changed one file. Each commit is looked at once, though it is also a parent."""

    def __init__(self, repo: Repo, path: str) -> None:
        self._repo = repo
        self._path = path.encode()
        self._known: dict[ObjectID, ObjectID | None] = {}

    def touched_by(self, commit: GitCommit) -> bool:
        """Whether the file is otherwise in this commit than in each of its parents."""
        here = self._blob(commit)
        if not commit.parents:
            return here is not None
        return all(here != self._blob(commit_of(self._repo, parent.decode())) for parent in commit.parents)

    def _blob(self, commit: GitCommit) -> ObjectID | None:
        if commit.id not in self._known:
            self._known[commit.id] = self._look_up(commit)
        return self._known[commit.id]

    def _look_up(self, commit: GitCommit) -> ObjectID | None:
        try:
            return tree_lookup_path(self._repo.object_store.__getitem__, commit.tree, self._path)[1]
        except (KeyError, NotTreeError, SubmoduleEncountered):
            return None
