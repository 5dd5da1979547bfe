"""A repository while its lock is held: what waits to be written, and how it gets onto the disk for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dulwich.objects import Blob, ShaFile
from dulwich.repo import Repo

from lms.authoring.disk import Busy, locked, past_dead_locks, sync_folder
from lms.authoring.git import (
    Author,
    Commit,
    blob_of,
    commit_of,
    listing_of,
    new_commit,
    objects_of,
    oid,
    ref_of,
    shown,
    tree_of,
)
from lms.authoring.paths import check_together

PACK_FROM = 50
"""So many new objects are written as one file; fewer each as its own."""


@contextmanager
def reading(path: Path) -> Iterator[Repo]:
    """The repository, open for the block."""
    repo = Repo(str(path))
    try:
        yield repo
    finally:
        repo.close()


@contextmanager
def writing(path: Path, author: Author, message: str) -> Iterator[Writing]:
    """The repository, open and locked for the block."""
    with locked(path), reading(path) as repo:
        repo.object_store.fsync_object_files = True
        yield Writing(repo, path, author, message)


@dataclass(slots=True)
class Writing:
    """A repository under its lock, who writes and why, and the objects that wait to be written."""

    repo: Repo
    path: Path
    author: Author
    message: str
    fresh: dict[bytes, ShaFile] = field(default_factory=dict)

    def keep(self, content: bytes) -> str:
        """Put a file's content in, and get its id."""
        blob = Blob.from_string(content)
        self.fresh[blob.id] = blob
        return blob.id.decode()

    def blob(self, blob_id: str) -> bytes:
        """The content of a file, kept already or just put in."""
        waiting = self.fresh.get(blob_id.encode())
        return bytes(waiting.as_raw_string() if waiting is not None else blob_of(self.repo, blob_id).data)

    def commit(
        self, branch: str, head: str | None, parents: Sequence[str], listing: Mapping[str, str]
    ) -> Commit:
        """Write a commit with these files, and let the branch, whose head is `head`, point at it."""
        check_together(list(listing))
        tree = tree_of(listing, self.fresh)
        if head is not None:
            for known in objects_of(listing_of(str(self.path), head)):
                self.fresh.pop(known, None)
        commit = new_commit(self.repo, tree, parents, self.author, self.message)
        self.fresh[commit.id] = commit
        self._store()
        return self.move(branch, head, commit.id.decode())

    def move(self, branch: str, old: str | None, new: str) -> Commit:
        """Let the branch point at another commit; the lock sees to it that nobody has moved it meanwhile."""
        refs, name = self.repo.refs, ref_of(branch)

        def act() -> bool:
            if old is None:
                return refs.add_if_new(name, oid(new))
            return refs.set_if_equals(name, oid(old), oid(new))

        if not past_dead_locks(self.path, act):
            raise Busy(branch)
        sync_folder(self.path / "refs" / "heads")
        return shown(commit_of(self.repo, new))

    def _store(self) -> None:
        """Bring the waiting objects onto the disk, whole, before anything points at them."""
        objects = self.path / "objects"
        store = self.repo.object_store
        if len(self.fresh) >= PACK_FROM:
            for left in (objects / "pack").glob("tmp*"):  # a dead process's, since the lock is ours
                left.unlink(missing_ok=True)
            items = [(item, None) for item in self.fresh.values()]
            past_dead_locks(self.path, lambda: store.add_objects(items))
            sync_folder(objects / "pack")
        else:
            for item in self.fresh.values():
                past_dead_locks(self.path, partial(store.add_object, item))
            # Also of objects that were there: who wrote one may have died before its folder was safe.
            for folder in {item.id[:2].decode() for item in self.fresh.values()}:
                sync_folder(objects / folder)
        sync_folder(objects)
        self.fresh.clear()
