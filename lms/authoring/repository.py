"""The git repository of a course: bare, written by Passerelle alone, sound whenever its processes are killed.

A commit counts as accepted when `commit` has returned: all that it needs is on the disk then. Whoever writes holds
the repository's lock, which the system takes from a process that dies; a `.lock` file found under it is therefore a
dead process's and is removed. Reading needs no lock: objects never change, and a branch changes in one step.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dulwich.graph import find_merge_base
from dulwich.refs import Ref
from dulwich.repo import Repo

from lms.authoring.disk import Busy, copy_safely, locked, sync_folder, sync_tree
from lms.authoring.git import (
    Author,
    Change,
    Commit,
    Follower,
    Unknown,
    blob_of,
    commit_of,
    head_of,
    listing_of,
    oid,
    ref_of,
    shown,
    walk,
)
from lms.authoring.merging import Conflict, FileConflict, Settle, merge_ids
from lms.authoring.paths import safe_path
from lms.authoring.writing import Writing, reading, writing

__all__ = [
    "DRAFT",
    "MAIN",
    "Author",
    "Busy",
    "Change",
    "Commit",
    "Conflict",
    "FileConflict",
    "Repository",
    "Unknown",
]

DRAFT = "draft"
MAIN = "main"
REMOTE = Ref(b"refs/remotes/origin/taken")
"""The newest commit of the remote that is known here."""
Files = Mapping[str, bytes]

DEAD_AFTER = 86400.0
"""So old a repository that is still being made has lost its maker."""
Complete = Callable[[Mapping[str, str], Mapping[str, str], Callable[[str], bytes]], Mapping[str, bytes]]
"""From the files before and after a change (ids of their contents, and how to read one): what else must change."""


class Repository:
    """The repository of one course, by the folder that it is in. Holds nothing open between calls.

    `complete` says what goes with every change of the draft, in the same commit.
    """

    def __init__(self, path: Path, complete: Complete | None = None) -> None:
        self.path = path
        self.complete = complete

    @classmethod
    def create(cls, path: Path, files: Files, author: Author, message: str) -> Repository:
        """A new repository whose branch `draft` holds these files. It appears whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise FileExistsError(path)
        for left in path.parent.glob(".making-*"):
            if time.time() - left.stat().st_mtime > DEAD_AFTER:
                shutil.rmtree(left, ignore_errors=True)
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=path.parent))
        try:
            Repo.init_bare(making, default_branch=DRAFT.encode()).close()
            cls(making)._first_commit(files, author, message)
            sync_tree(making)
            making.rename(path)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        sync_folder(path.parent)
        return cls(path)

    @classmethod
    def open(cls, path: Path, complete: Complete | None = None) -> Repository:
        """The repository in this folder."""
        if not (path / "objects").is_dir():
            raise Unknown(str(path))
        return cls(path, complete)

    def head(self, branch: str = DRAFT) -> str:
        """The newest commit of a branch."""
        with reading(self.path) as repo:
            return head_of(repo, branch)

    def has_branch(self, branch: str) -> bool:
        """Whether there is such a branch: `main` is there once something was published."""
        with reading(self.path) as repo:
            return ref_of(branch) in repo.refs

    def get(self, commit: str) -> Commit:
        """One commit."""
        with reading(self.path) as repo:
            return shown(commit_of(repo, commit))

    def listing(self, commit: str) -> dict[str, str]:
        """The files of a commit: path and the id of the content."""
        return dict(listing_of(str(self.path), commit))

    def read(self, commit: str, path: str) -> bytes | None:
        """One file of a commit; None if it has no such file."""
        blob_id = listing_of(str(self.path), commit).get(path)
        return self.blob(blob_id) if blob_id is not None else None

    def files(self, commit: str) -> dict[str, bytes]:
        """All files of a commit."""
        listing = listing_of(str(self.path), commit)
        with reading(self.path) as repo:
            return {path: blob_of(repo, blob_id).data for path, blob_id in listing.items()}

    def blob(self, blob_id: str) -> bytes | None:
        """A content by its id, as `listing` gave it."""
        with reading(self.path) as repo:
            try:
                return blob_of(repo, blob_id).data
            except Unknown:
                return None

    def commit(
        self,
        changes: Mapping[str, bytes | None],
        *,
        base: str,
        author: Author,
        message: str,
        branch: str = DRAFT,
    ) -> Commit:
        """Write changes (None removes a file) that somebody made while she looked at the commit `base`.

        What others have changed since then stays: a file that only one has touched is taken as it is, one that both
        have touched is merged line by line. Raises `Conflict` where that cannot be, and writes nothing then. Changes
        that change nothing make no commit; the head is given back.
        """
        for path in changes:
            safe_path(path)

        def change(into: Writing, head: str) -> Mapping[str, str]:
            before = self.listing(base)
            mine = dict(before)
            for path, content in changes.items():
                if content is not None:
                    mine[path] = into.keep(content)
                else:
                    mine.pop(path, None)
            return self._merged(into, before, mine, head, paths=changes)

        return self._advance(branch, change, author, message)

    def history(
        self, *, branch: str = DRAFT, path: str | None = None, limit: int = 50, after: str | None = None
    ) -> list[Commit]:
        """Commits, newest first; of one file, those that changed it. `after`: the last one of the page before."""
        found: list[Commit] = []
        with reading(self.path) as repo:
            skipping = after is not None
            follower = Follower(repo, path) if path is not None else None
            for commit in walk(repo, head_of(repo, branch)):
                if skipping:
                    skipping = commit.id.decode() != after
                elif follower is None or follower.touched_by(commit):
                    found.append(shown(commit))
                    if len(found) == limit:
                        break
        return found

    def changes(self, old: str | None, new: str) -> list[Change]:
        """What differs between two commits, by path; None stands for an empty course."""
        before = self.listing(old) if old is not None else {}
        after = self.listing(new)
        paths = sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
        with reading(self.path) as repo:

            def content(blob_id: str | None) -> bytes | None:
                return blob_of(repo, blob_id).data if blob_id is not None else None

            return [Change(path, content(before.get(path)), content(after.get(path))) for path in paths]

    def revert(self, commit: str, *, author: Author, message: str, branch: str = DRAFT) -> Commit:
        """Take back what one commit changed, and nothing of what came after it; or `Conflict`."""
        parents = self.get(commit).parents
        if not parents:
            raise Unknown("what was before the first commit")

        def change(into: Writing, head: str) -> Mapping[str, str]:
            was, before = self.listing(commit), self.listing(parents[0])
            paths = {path for path in was.keys() | before.keys() if was.get(path) != before.get(path)}
            # Translations follow the texts; what is taken back of them alone is a translator's own step.
            sources = {path for path in paths if not path.endswith(".po")} if self.complete else paths
            return self._merged(into, was, before, head, paths=dict.fromkeys(sorted(sources or paths)))

        return self._advance(branch, change, author, message)

    def merge(
        self,
        source: str,
        target: str,
        *,
        author: Author,
        message: str,
        fast_forward: bool = False,
        settle: Settle | None = None,
    ) -> Commit:
        """Bring a branch or a commit into a branch; or `Conflict`, in which the source's side is called yours.

        `settle` says what becomes of files that both have changed.
        A target that is not there yet begins here. Nothing happens if the target has it all already. With
        `fast_forward` a target that has nothing of its own just moves on to the source.
        """
        with writing(self.path, author, message) as into:
            repo = into.repo
            tip = (
                head_of(repo, source) if ref_of(source) in repo.refs else commit_of(repo, source).id.decode()
            )
            if ref_of(target) not in repo.refs:
                listing: Mapping[str, str] = self.listing(tip)
                return into.commit(target, None, [tip], listing)
            head = head_of(repo, target)
            bases = [base.decode() for base in find_merge_base(repo, [oid(head), oid(tip)])]
            if tip in bases:
                return shown(commit_of(repo, head))
            if fast_forward and head in bases:
                moved = into.move(target, head, tip)
                listing = self._completed(into, target, head, self.listing(tip))
                return moved if listing == self.listing(tip) else into.commit(target, tip, [tip], listing)
            base = self.listing(bases[0]) if bases else {}
            listing = self._merged(into, base, self.listing(tip), head, settle=settle)
            listing = self._completed(into, target, head, listing)
            return into.commit(target, head, [head, tip], listing)

    def take_whole(self, source: str, target: str, *, author: Author, message: str) -> Commit:
        """Let a branch have the files of a commit and no others; what both were stays in its history."""
        with writing(self.path, author, message) as into:
            head, tip = head_of(into.repo, target), commit_of(into.repo, source).id.decode()
            return into.commit(target, head, [head, tip], self.listing(tip))

    def related(self, one: str, other: str) -> bool:
        """Whether two commits have come from a common one."""
        with reading(self.path) as repo:
            return bool(find_merge_base(repo, [oid(one), oid(other)]))

    def take_in(self, objects: Path, tip: str) -> None:
        """Take over the packs of another object store, all of which was looked at, and remember its newest commit."""
        with locked(self.path):
            # An index makes its pack known: it comes last.
            for ending in (".pack", ".idx"):
                copy_safely(objects / "pack", self.path / "objects" / "pack", ending)
        self.note_remote(tip)

    def note_remote(self, tip: str) -> None:
        """Remember what the remote has."""
        with locked(self.path), reading(self.path) as repo:
            repo.refs[REMOTE] = oid(tip)
            sync_tree(self.path / "refs")

    def remote_head(self) -> str | None:
        """The commit that was taken in last."""
        with reading(self.path) as repo:
            found = repo.refs.as_dict().get(REMOTE)
            return found.decode() if found is not None else None

    def only_in(self, commit: str, other: str, limit: int = 50) -> list[Commit]:
        """The newest commits that led to the first one and not to the other."""
        with reading(self.path) as repo:
            walker = repo.get_walker(include=[oid(commit)], exclude=[oid(other)], max_entries=limit)
            return [shown(entry.commit) for entry in walker]

    # What is below writes, or helps to.

    def _first_commit(self, files: Files, author: Author, message: str) -> None:
        with writing(self.path, author, message) as into:
            listing = {safe_path(path): into.keep(content) for path, content in files.items()}
            into.commit(DRAFT, None, [], listing)

    def _advance(
        self,
        branch: str,
        change: Callable[[Writing, str], Mapping[str, str]],
        author: Author,
        message: str,
    ) -> Commit:
        with writing(self.path, author, message) as into:
            head = head_of(into.repo, branch)
            listing = change(into, head)
            if listing == self.listing(head):
                return shown(commit_of(into.repo, head))
            listing = self._completed(into, branch, head, listing)
            return into.commit(branch, head, [head], listing)

    def _completed(
        self, into: Writing, branch: str, head: str, listing: Mapping[str, str]
    ) -> Mapping[str, str]:
        if self.complete is None or branch != DRAFT:
            return listing
        more = self.complete(self.listing(head), listing, into.blob)
        return {**listing, **{safe_path(path): into.keep(content) for path, content in more.items()}}

    def _merged(
        self,
        into: Writing,
        base: Mapping[str, str],
        mine: Mapping[str, str],
        head: str,
        *,
        paths: Mapping[str, object] | None = None,
        settle: Settle | None = None,
    ) -> Mapping[str, str]:
        listing, conflicts = merge_ids(
            base, mine, self.listing(head), read=into.blob, keep=into.keep, paths=paths
        )
        decided = {path: settle(path, both) for path, both in conflicts.items()} if settle else {}
        for path, what in decided.items():
            if what is not None:
                del conflicts[path]
                if what.content is not None:
                    listing[path] = into.keep(what.content)
                else:
                    listing.pop(path, None)
        if conflicts:
            raise Conflict(conflicts, head)
        return listing
