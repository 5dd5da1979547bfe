"""The compose project on the real engine: from a class code over HTTPS to a verdict, and nothing left."""

from __future__ import annotations

import re
import ssl
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.compose.stack import Stack, docker, leftovers, running_stack, student_containers
from tests.system import BENCH_EXERCISE, ROOT, Person

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(900)]

FOLDER = ROOT / "courses" / BENCH_EXERCISE
SYS_ADMIN = 1 << 21
SETPCAP = 1 << 8


class Visitor(Person):
    """Someone whose browser trusts this server's own certificate authority and says where it comes from."""

    def trust(self, authority: str) -> Visitor:
        self.client.close()
        self.client = httpx.Client(
            base_url=self.site_url, timeout=30, verify=ssl.create_default_context(cadata=authority),
            headers={"Accept-Language": "en", "Referer": f"{self.site_url}/"},
        )  # fmt: skip
        return self


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The project; its end is checked too."""
    with running_stack(tmp_path_factory.mktemp("compose")) as running:
        namespace = running.namespace
        yield running
    assert leftovers(running.project) == {"containers": [], "volumes": [], "networks": []}
    assert student_containers(namespace) == set()


@pytest.fixture
def visitor(stack: Stack) -> Iterator[Visitor]:
    authority = stack.compose("exec", "-T", "proxy", "cat", "/data/caddy/pki/authorities/local/root.crt")
    with Visitor(stack.url, f"Compose {uuid.uuid4().hex[:6]}").trust(authority) as person:
        yield person


def test_a_person_joins_over_https_and_gets_true_verdicts(stack: Stack, visitor: Visitor) -> None:
    said = stack.compose("exec", "-T", "web", "passerelle", "demo")
    code = re.search(r"\b[2-9A-HJ-NP-Z]{4}[- ]?[2-9A-HJ-NP-Z]{4}\b", said)
    assert code is not None, said
    visitor.join(code[0])
    visitor.get(f"/courses/{BENCH_EXERCISE}")
    before = student_containers(stack.namespace)
    assert before, "the sandbox service keeps containers warm"
    for path, outcome in [
        (FOLDER / "solution.py", "passed"),
        (sorted((FOLDER / "wrong").glob("*.py"))[0], "failed"),
    ]:
        handed_in = visitor.hand_in(BENCH_EXERCISE, path.read_text(), uuid.uuid4().hex)
        assert visitor.verdict(handed_in["events"])["outcome"] == outcome
    assert before - student_containers(stack.namespace), "a container that ran student code is destroyed"
    assert all(cookie.secure for cookie in visitor.client.cookies.jar)


def test_plain_http_leads_to_https(stack: Stack) -> None:
    answer = httpx.get(f"http://localhost:{stack.http_port}/join", timeout=10)
    assert answer.status_code in (301, 308)
    assert answer.headers["Location"].startswith("https://localhost")


def test_the_sandbox_gave_up_the_right_to_mount(stack: Stack) -> None:
    status = stack.compose("exec", "-T", "sandbox", "cat", "/proc/1/status")
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        found = re.search(rf"^{name}:\s*(\w+)$", status, re.MULTILINE)
        assert found is not None
        assert int(found[1], 16) & (SYS_ADMIN | SETPCAP) == 0, name


def test_no_link_is_followed_among_the_sockets(stack: Stack) -> None:
    mounts = stack.compose("exec", "-T", "sandbox", "cat", "/proc/1/mountinfo")
    flags = next(line.split()[5] for line in mounts.splitlines() if line.split()[4] == "/run/passerelle")
    assert {"nosymfollow", "nosuid", "nodev", "noexec"} <= set(flags.split(","))
    script = "ln -s /etc/passwd /run/passerelle/link; cat /run/passerelle/link; rm /run/passerelle/link"
    done = stack.compose("exec", "-T", "sandbox", "sh", "-c", f"{{ {script}; }} 2>&1")
    assert "Too many levels of symbolic links" in done


def test_only_the_sandbox_can_reach_the_engine(stack: Stack) -> None:
    for service in ("web", "grader", "db", "broker", "proxy"):
        mounts = {mount["Destination"] for mount in stack.inspect(service)["Mounts"]}
        assert not any("docker" in mount for mount in mounts), service
    assert stack.inspect("web")["Config"]["User"] == "passerelle"


def test_the_inside_has_no_way_out(stack: Stack) -> None:
    network = docker("network", "inspect", "-f", "{{.Internal}}", f"{stack.project}_inside")
    assert network.strip() == "true"


def test_a_backup_of_the_running_site_can_be_read_back(stack: Stack, tmp_path: Path) -> None:
    """`passerelle backup` and `restore` with the image's own pg_dump against the database's version."""
    script = "passerelle backup /tmp/school.zip && passerelle restore --yes /tmp/school.zip"
    done = stack.compose("exec", "-T", "web", "sh", "-euc", script, timeout=60)
    assert "Written" in done
    assert "Restored" in done
