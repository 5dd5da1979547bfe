"""The signing key stays in one file of the instance folder; a file verifies without a site; garbage is refused."""

from __future__ import annotations

import gzip
import json
import stat
from datetime import timedelta
from multiprocessing.pool import ThreadPool
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lms.cli import main
from lms.core.db import db, utcnow
from lms.core.errors import ConfigError
from lms.referral import content, credential, envelope, keys, withdrawals
from lms.referral.envelope import Envelope, PublicKey
from lms.referral.refusals import Refused, Why
from lms.referral.strict import Unclear
from tests.referral.conftest import Site, only_referral, signed

RECEIVER = "https://bootcamp.example/programmes/bootcamp"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "instance"
    with monkeypatch.context() as patch:
        # From its first moment on: it is not made for everybody and then locked.
        patch.setattr(Path, "chmod", lambda *_: pytest.fail("it was readable"))
        first = keys.signing_key(folder)
    assert keys.signing_key(folder).public == first.public
    assert mode(folder / keys.FILE) == 0o600
    assert [path.name for path in folder.iterdir()] == [keys.FILE]
    (folder / keys.FILE).chmod(0o644)
    keys.signing_key(folder)
    assert mode(folder / keys.FILE) == 0o600


def test_of_several_at_once_one_makes_it(tmp_path: Path) -> None:
    with ThreadPool(8) as pool:
        found = pool.map(lambda _: keys.signing_key(tmp_path).public.id, range(16))
    assert len(set(found)) == 1


def test_rotation_keeps_the_old_public_key(tmp_path: Path) -> None:
    old = keys.signing_key(tmp_path).public
    new = keys.rotate(tmp_path)
    assert keys.published_keys(tmp_path) == [new, old]
    assert keys.signing_key(tmp_path).public == new
    last = keys.rotate(tmp_path, leaked=True)
    assert keys.published_keys(tmp_path) == [last, old]
    assert mode(tmp_path / keys.FILE) == 0o600


def test_a_damaged_file_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / keys.FILE).write_text("{")
    with pytest.raises(ConfigError, match="damaged"):
        keys.signing_key(tmp_path)
    assert (tmp_path / keys.FILE).read_text() == "{"


def test_the_private_key_is_in_no_page_no_table_and_no_backup(here: Site, tmp_path: Path) -> None:
    signed(here, RECEIVER)
    secret = json.loads((here.folder / keys.FILE).read_text())["private"]
    assert secret not in here.keys_text()
    with here.inside():
        rows = [str(db.session.execute(table.select()).all()) for table in db.metadata.sorted_tables]
    assert not [row for row in rows if secret in row]


def test_a_backup_says_that_the_key_is_not_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLE_INSTANCE_DIR", str(tmp_path))
    monkeypatch.delenv("PASSERELLE_DATABASE_URL", raising=False)
    assert CliRunner().invoke(main, ["prepare"]).exit_code == 0
    target = tmp_path / "backup.zip"
    assert "referral" not in CliRunner().invoke(main, ["backup", str(tmp_path / "first.zip")]).output
    keys.signing_key(tmp_path)
    done = CliRunner().invoke(main, ["backup", str(target)])
    assert done.exit_code == 0, done.output
    assert keys.FILE in done.output
    secret = json.loads((tmp_path / keys.FILE).read_text())["private"].encode()
    with ZipFile(target) as archive:
        assert not [name for name in archive.namelist() if secret in archive.read(name)]


@pytest.fixture
def files(here: Site, tmp_path: Path) -> dict[str, Path]:
    """A referral, the school's keys and its list, as files."""
    found = {
        "file": signed(here, RECEIVER),
        "keys": here.keys_text(),
        "list": here.browser().page("/.well-known/passerelle-withdrawn"),
    }
    for name, text in found.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in found}


def verify(files: dict[str, Path], *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        main, ["referral", "verify", str(files["file"]), "--key", str(files["keys"]), *more]
    )
    return done.exit_code, done.output


def test_a_file_is_verified_without_a_site(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLE_DATABASE_URL", "postgresql://nobody@localhost:1/nothing")
    code, output = verify(files)
    assert code == 0, output
    assert "The signature is right" in output
    assert "Name: Ben" in output
    assert "3 of" in output
    assert verify(files, "--withdrawn", str(files["list"]))[0] == 0


def test_what_is_wrong_with_a_file_is_said(here: Site, files: dict[str, Path]) -> None:
    good = files["file"].read_text()
    head, body, signature = good.split(".")
    files["file"].write_text(f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}")
    assert verify(files)[0] == 1
    assert "Refused (forged)" in verify(files)[1]
    files["file"].write_text("مرحبا")
    assert verify(files)[0] == 1
    files["file"].write_text(good)
    with here.inside():
        path = f"/referrals/{only_referral(here).public_id}"
    here.browser("Ben").post(f"{path}/withdraw")
    files["list"].write_text(here.browser().page("/.well-known/passerelle-withdrawn"))
    assert "Refused (withdrawn)" in verify(files, "--withdrawn", str(files["list"]))[1]
    keys.rotate(here.folder, leaked=True)
    files["keys"].write_text(here.keys_text())
    assert "Refused (unknown_key)" in verify(files)[1]
    files["keys"].write_text("[]")
    assert "holds no public keys" in verify(files)[1]


def test_an_old_file_is_verified_by_an_old_key(here: Site, files: dict[str, Path]) -> None:
    keys.rotate(here.folder)
    files["keys"].write_text(here.keys_text())
    assert verify(files)[0] == 0


def test_the_key_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLE_INSTANCE_DIR", str(tmp_path))
    first = CliRunner().invoke(main, ["referral", "keys"]).output
    assert "Fingerprint:" in first
    assert CliRunner().invoke(main, ["referral", "rotate-key"], input="n\n").exit_code == 1
    assert CliRunner().invoke(main, ["referral", "keys"]).output == first
    assert CliRunner().invoke(main, ["referral", "rotate-key", "--yes"]).exit_code == 0
    assert len(keys.published_keys(tmp_path)) == 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
GOOD = credential.write(
    credential.Credential(
        id="urn:uuid:0c9a4f9e-3d8b-4f6e-9a52-2f1f4b6f0f11",
        issuer="https://school.example",
        issuer_name="School",
        number=7,
        terms=credential.Terms(
            "https://b.example/programmes/x", "B", credential.Purpose.ADMISSION,
            utcnow().replace(microsecond=0), utcnow().replace(microsecond=0) + timedelta(days=9),
        ),
        content=content.Content(
            name="Ben",
            courses=(
                content.CourseSteps("C", 4, (content.Step("L", "E", utcnow().date(), True),)),
            ),
            answers=(content.Answers("C", 4, 5),),
            marks=(content.CourseMarks("C", "A", (content.LessonMarks("L", 1, 2, 3, 4),)),),
            attendance=(content.AttendanceSummary("A", 3, 4, 360),),
            certificates=(content.Certificate("C", 20, utcnow().date()),),
            statement="Words.\nMore.",
        ),
    )
)  # fmt: skip


def test_what_is_written_is_read_again() -> None:
    found = credential.read(json.loads(json.dumps(GOOD)))
    assert credential.write(found) == GOOD


@given(
    st.text(max_size=400)
    | st.text(alphabet='AZaz09-_.={}"', max_size=400)
    | st.binary(max_size=200).map(repr)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(Refused):
        envelope.read(text)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_in_the_shape_of_a_package_break_it(head: bytes, body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        envelope.read(f"{envelope.encode(head)}.{envelope.encode(body)}.AAAA")
    assert refused.value.why in {Why.UNREADABLE, Why.WRONG_KIND}


@given(st.sampled_from(sorted(GOOD)), json_values)
def test_no_part_of_a_signed_payload_breaks_it(name: str, value: object) -> None:
    changed = {**GOOD, name: value}
    try:
        found = credential.read(changed)
    except Unclear:
        return
    assert credential.write(found)


@given(
    st.sampled_from(["name", "courses", "answers", "attendance", "certificates", "statement"]), json_values
)
def test_no_part_of_what_it_says_breaks_it(name: str, value: object) -> None:
    try:
        found = content.read_content({**GOOD["credentialSubject"], name: value})
    except Unclear:
        return
    assert content.read_content(content.write_content(found)) == found


@given(st.text(max_size=300))
def test_no_text_breaks_the_list_s_reader(text: str) -> None:
    with pytest.raises(withdrawals.BadList):
        withdrawals.unpack(text)


@given(st.sets(st.integers(0, withdrawals.LENGTH - 1), max_size=20))
def test_a_list_says_what_was_put_into_it(numbers: set[int]) -> None:
    bits = withdrawals.unpack(withdrawals.pack(numbers))
    assert {n for n in numbers if withdrawals.is_withdrawn(bits, n)} == numbers
    assert sum(byte.bit_count() for byte in bits) == len(numbers)


def test_a_list_that_unpacks_to_too_much() -> None:
    for size in (10, withdrawals.LENGTH // 8 + 1, 50_000_000):
        with pytest.raises(withdrawals.BadList):
            withdrawals.unpack("u" + envelope.encode(gzip.compress(bytes(size))))


def test_one_spelling_of_base64() -> None:
    assert envelope.decode("AA") == b"\0"
    for other in ("AB", "AA==", "A", "A A", "+/8", ""):
        with pytest.raises(ValueError, match=r"base64|spelling"):
            envelope.decode(other)


def test_a_key_s_id_is_its_thumbprint() -> None:
    """The example of RFC 8037, appendix A.3."""
    key = PublicKey("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    assert key.id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_signature_of_another_school_s_key_does_not_verify(tmp_path: Path) -> None:
    own, other = keys.signing_key(tmp_path / "a"), keys.signing_key(tmp_path / "b")
    package = envelope.read(envelope.seal({"a": "b"}, own.private, own.public.id))
    envelope.verify(package, [other.public, own.public])
    with pytest.raises(Refused) as refused:
        envelope.verify(package, [other.public])
    assert refused.value.why is Why.UNKNOWN_KEY
    with pytest.raises(Refused) as refused:
        envelope.verify(Envelope(package.token, other.public.id, package.payload), [other.public])
    assert refused.value.why is Why.FORGED
