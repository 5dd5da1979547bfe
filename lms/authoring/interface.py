"""The interface's own texts, translated in the browser: kept beside the program, never in its folder.

`<lang>.po` has what was reviewed here, which is used at once; `<lang>.drafts.po` what waits for a review. A draft is
used only where there is nothing else. `lms.core.overlay` reads what is compiled from both.
"""

from __future__ import annotations

import gettext as plural_rules
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import polib
from babel import Locale, UnknownLocaleError
from babel.messages.plurals import get_plural
from flask import current_app
from flask_babel import gettext

from lms.authoring.blocks import Block, Edit, MayReview, Outcome, TextState, state_of, tally_of, with_edits
from lms.authoring.disk import locked, sync_folder
from lms.catalog.check_translations import Slip
from lms.catalog.pofile import BadPo, Item, Key, Po, read_po, write_po
from lms.core.overlay import INDEX, folder_of, look_now

ENOUGH = 80
"""Of 100 texts: a new language is offered from here on, unless an admin has said otherwise."""
SCOPE = "interface"
MOST_EXAMPLES = 4
COUNTED_TO = 300

_FORMS = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+)")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PLACE = re.compile(r"%\(\w+\)[a-z]|%%|%|\{\w*\}")
_MARKUP = re.compile(r'[<>&"]')
_COUNTS = {"%(num)s", "%(count)s", "%(n)s"}


@dataclass(frozen=True, slots=True)
class Plurals:
    """How a language counts: its rule as gettext writes it, and numbers for which each form is used."""

    rule: str
    examples: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class LanguageState:
    """A language of the interface: how much of it is translated, and whether people can choose it."""

    tag: str
    shipped: bool
    offered: bool
    decided: bool | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read; two are the same if their contents are."""

    content: bytes
    po: Po = field(compare=False)


def is_tag(tag: str) -> bool:
    """Whether this is a language that can be translated: CLDR knows how it counts."""
    if not _TAG.fullmatch(tag):
        return False
    try:
        return str(Locale.parse(tag, sep="-")).replace("_", "-") == tag
    except (UnknownLocaleError, ValueError):
        return False


def languages_here() -> list[LanguageState]:
    """Every language of the interface but English: those of the program, and those that were begun here."""
    tags = sorted(set(_shipped_tags()) | set(_index()))
    return [_language_state(tag) for tag in tags]


def language_state(tag: str) -> LanguageState | None:
    """One of them."""
    return _language_state(tag) if tag in _shipped_tags() or tag in _index() else None


def add_language(tag: str) -> None:
    """Begin a language; people can choose it once enough of it is translated."""
    with _writing() as folder:
        _publish(folder, tag)


def decide(tag: str, offered: bool | None) -> None:
    """An admin's word on whether people can choose a language; None: as much as is translated decides."""
    with _writing() as folder:
        _publish(folder, tag, decided=(offered,))


def save(tag: str, edits: Sequence[Edit], may_review: MayReview) -> Outcome:
    """Store what somebody wrote, and let every process use what is right."""
    with _writing() as folder:
        outcome = with_edits(blocks_of(tag), edits, lint, may_review)
        if outcome.changed:
            live, drafts = _own(folder, tag)
            kept, waiting = live.po.by_key(), drafts.po.by_key()
            for key, item in outcome.changed.items():
                waiting.pop(key, None)
                if state_of(item) is TextState.REVIEWED:
                    kept[key] = item
                elif any(item.texts):
                    waiting[key] = item
            _write(folder / f"{tag}.po", _file(tag, kept.values()))
            _write(folder / f"{tag}.drafts.po", _file(tag, waiting.values()))
            _publish(folder, tag)
    return outcome


def blocks_of(tag: str) -> list[Block]:
    """The interface's texts with what is written for them: what waits, else what is used."""
    live, drafts = _own(_folder(), tag)
    return list(_blocks((drafts, live, shipped_po(tag)), template_po(), len(plurals_of(tag).examples)))


@lru_cache(maxsize=32)
def _blocks(written: tuple[Source, ...], template: Source, count: int) -> tuple[Block, ...]:
    sources = [source.po.by_key() for source in written]
    return tuple(Block("", _found(item, sources, count)) for item in template.po.items)


def _found(template: Item, sources: Sequence[Mapping[Key, Item]], count: int) -> Item:
    """An entry of the program with the first text that is written for it; `count`: its plural forms."""
    found = next((source[template.key] for source in sources if template.key in source), None)
    if found is None or not any(found.texts) or bool(found.plural) != bool(template.plural):
        found = replace(template, msgstr="", plurals=(), flags=())
    plurals = (*found.plurals, *[""] * count)[:count] if template.plural else ()
    return replace(
        found, plural=template.plural, plurals=plurals, notes=template.notes, places=(), obsolete=False
    )


def lint(item: Item, texts: Sequence[str]) -> list[Slip]:
    """What would break a page: other places for values than the source, and signs that browsers take for markup."""
    wanted = _places(item.msgid)
    for_many = _places(item.plural) if item.plural else wanted
    slips: list[Slip] = []
    for text in filter(None, texts):
        got = _places(text)
        missing = wanted - got if not item.plural else (wanted & for_many) - got
        # A plural form may leave the number out ("one try"), nothing else.
        missing = Counter({p: n for p, n in missing.items() if not (item.plural and p in _COUNTS)})
        extra = got - (wanted | for_many)
        if missing or extra:
            slips.append(Slip("placeholders", tuple(missing.elements()), tuple(extra.elements())))
        marks = Counter(_MARKUP.findall(text)) - (
            Counter(_MARKUP.findall(item.msgid)) | Counter(_MARKUP.findall(item.plural))
        )
        if marks:
            slips.append(Slip("markup", extra=tuple(marks)))
    return list(dict.fromkeys(slips))


def plurals_of(tag: str) -> Plurals:
    """How a language counts, as its catalogue says, or else as CLDR does."""
    found = _FORMS.search(shipped_po(tag).po.metadata.get("Plural-Forms", ""))
    if found is None:
        plural = get_plural(Locale.parse(tag, sep="-"))
        count, rule = plural.num_plurals, plural.plural_expr
    else:
        count, rule = int(found[1]), found[2].strip()
    form: Callable[[int], int] = plural_rules.c2py(rule)
    examples: list[list[int]] = [[] for _ in range(count)]
    for number in range(COUNTED_TO):
        examples[form(number)].append(number)
    return Plurals(f"nplurals={count}; plural={rule};", tuple(tuple(numbers) for numbers in examples))


def form_words(tag: str) -> list[str]:
    """What each plural form is for, by numbers."""
    words = []
    for numbers in plurals_of(tag).examples:
        shown = ", ".join(str(number) for number in numbers[:MOST_EXAMPLES])
        more = ", …" if len(numbers) > MOST_EXAMPLES else ""
        words.append(gettext("for %(numbers)s", numbers=shown + more))
    return words


def template_po() -> Source:
    """The interface's texts as the program has them."""
    return _read(_program() / "messages.pot")


def shipped_po(tag: str) -> Source:
    """What came with the program."""
    for name in (tag, tag.replace("-", "_")):
        path = _program() / name / "LC_MESSAGES" / "messages.po"
        if path.is_file():
            return _read(path)
    return Source(b"", Po())


def merged_po(tag: str) -> bytes:
    """All of a language in one file, for the program's next version; what waits for a review is marked as fuzzy."""
    items = []
    template = template_po().po.by_key()
    for block in blocks_of(tag):
        item = block.item
        flags = tuple(flag for flag in template[item.key].flags if flag != "fuzzy")
        waits = block.state in {TextState.DRAFT, TextState.FAULTY}
        items.append(replace(item, flags=(("fuzzy", *flags) if waits else flags), comments=()))
    return write_po(_file(tag, items))


def _language_state(tag: str) -> LanguageState:
    told, shipped = _index().get(tag, {}), tag in _shipped_tags()
    blocks = tuple(blocks_of(tag))
    said = told.get("decided")
    decided = said if isinstance(said, bool) else None
    return LanguageState(tag, shipped, shipped or bool(told.get("offered")), decided, blocks)


def _publish(folder: Path, tag: str, decided: tuple[bool | None] | None = None) -> None:
    """Compile a language, and then let the index name the new file."""
    index = _index()
    told = index.get(tag, {})
    said = decided[0] if decided is not None else told.get("decided")
    blocks = blocks_of(tag)
    offered = said if said is not None else tally_of(blocks).translated >= ENOUGH
    content = _compiled(tag, _usable(folder, tag))
    name = f"{tag}-{hashlib.sha256(content).hexdigest()[:16]}.mo"
    _write_bytes(folder / name, content)
    index[tag] = {"file": name, "offered": offered, "decided": said}
    _write_bytes(folder / INDEX, json.dumps({"languages": index}, indent=1, sort_keys=True).encode())
    for old in folder.glob(f"{tag}-*.mo"):
        if old.name not in (name, told.get("file")):  # a process may be about to read the one before
            old.unlink(missing_ok=True)
    look_now()


def _usable(folder: Path, tag: str) -> list[Item]:
    """What was reviewed here, and drafts where there is nothing else; never what would break a page."""
    live, drafts = _own(folder, tag)
    shipped = {key for key, item in shipped_po(tag).po.by_key().items() if item.translated and not item.fuzzy}
    chosen = live.po.by_key()
    for key, item in drafts.po.by_key().items():
        if key not in chosen and key not in shipped:
            chosen[key] = item
    return [
        item for item in chosen.values() if item.translated and not item.faulty and not lint(item, item.texts)
    ]


def _compiled(tag: str, items: Iterable[Item]) -> bytes:
    made = polib.MOFile()
    made.metadata = dict(_file(tag, ()).metadata)
    for item in items:
        made.append(
            polib.MOEntry(
                msgid=item.msgid,
                msgstr=item.msgstr,
                msgid_plural=item.plural,
                msgstr_plural=dict(enumerate(item.plurals)),
                msgctxt=item.context,
            )
        )
    return bytes(made.to_binary())


def _file(tag: str, items: Iterable[Item]) -> Po:
    return Po(
        "The interface of Passerelle.",
        {
            "Project-Id-Version": "Passerelle",
            "Language": tag,
            "Plural-Forms": plurals_of(tag).rule,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
        },
        tuple(items),
    )


def _places(text: str) -> Counter[str]:
    return Counter(_PLACE.findall(text))


def _own(folder: Path, tag: str) -> tuple[Source, Source]:
    return _read(folder / f"{tag}.po"), _read(folder / f"{tag}.drafts.po")


def _read(path: Path) -> Source:
    """A file; a broken one counts as none, and if it is ours it is kept beside the next one that is written."""
    try:
        content = path.read_bytes()
        return Source(content, read_po(content))
    except (FileNotFoundError, BadPo):
        return Source(b"", Po())


def _index() -> dict[str, dict[str, object]]:
    try:
        languages = json.loads((_folder() / INDEX).read_bytes())["languages"]
        return {str(tag): dict(told) for tag, told in languages.items() if is_tag(str(tag))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # a person's hand was in it


def _shipped_tags() -> list[str]:
    found = _program().glob("*/LC_MESSAGES/messages.po")
    return sorted(path.parent.parent.name.replace("_", "-") for path in found)


def _program() -> Path:
    return Path(current_app.config["TRANSLATIONS_DIR"])


def _folder() -> Path:
    return folder_of(current_app)


@contextmanager
def _writing() -> Iterator[Path]:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        yield folder


def _write(path: Path, po: Po) -> None:
    if path.is_file():
        try:
            read_po(path.read_bytes())
        except BadPo:
            path.replace(path.with_suffix(".po.broken"))
    _write_bytes(path, write_po(po))


def _write_bytes(path: Path, content: bytes) -> None:
    """A file that is there whole or as it was before."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)
