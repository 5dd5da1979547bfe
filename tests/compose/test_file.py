"""docker-compose.yml says what docs/operating.md promises: who may do what, who reaches whom."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.compose.stack import REQUIRED, ROOT, compose, random_secrets, write_env

SOCKET = "/var/run/docker.sock"
OURS = ("prepare", "web", "grader", "sandbox")
APP = ("prepare", "web", "grader")
GAINED = {
    "sandbox": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SYS_ADMIN", "SETPCAP"},
    "db": {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETUID", "SETGID"},
    "broker": {"CHOWN", "DAC_OVERRIDE", "SETUID", "SETGID"},
    "proxy": {"NET_BIND_SERVICE"},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The file as the compose program understands it."""
    env_file = write_env(tmp_path_factory.mktemp("compose") / "env", random_secrets())
    parsed: dict[str, Any] = json.loads(compose("config", "--format", "json", env_file=env_file).stdout)
    return parsed


@pytest.fixture(scope="module")
def services(project: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = project["services"]
    return found


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", ["", None])
def test_it_refuses_to_start_without_a_secret(tmp_path: Path, name: str, value: str | None) -> None:
    values = random_secrets()
    del values[name]
    if value is not None:
        values[name] = value
    done = compose("config", "-q", env_file=write_env(tmp_path / "env", values), check=False)
    assert done.returncode != 0
    assert name in done.stderr
    assert "put a random value in .env" in done.stderr


def test_the_example_names_every_setting_and_holds_no_secret() -> None:
    example = (ROOT / "compose.env.example").read_text()
    for name in REQUIRED:
        assert re.search(rf"^{name}=$", example, re.MULTILINE)
    used = set(
        re.findall(r"\$\{(PASSERELLE_\w+|POSTGRES_PASSWORD)", (ROOT / "docker-compose.yml").read_text())
    )
    named = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert named <= used
    assert {"PASSERELLE_SMTP_URL", "PASSERELLE_MAIL_FROM", "PASSERELLE_ATTENDANCE_LOCK_DAYS"} <= named


def test_only_the_sandbox_has_the_engine(services: dict[str, dict[str, Any]]) -> None:
    holders = {
        name
        for name, service in services.items()
        for volume in service.get("volumes", [])
        if SOCKET in (volume.get("source"), volume.get("target"))
    }
    assert holders == {"sandbox"}


def test_only_the_sandbox_sees_folders_of_the_machine(services: dict[str, dict[str, Any]]) -> None:
    binds = {
        (name, volume["source"])
        for name, service in services.items()
        for volume in service.get("volumes", [])
        if volume["type"] == "bind"
    }
    assert binds == {("sandbox", SOCKET), ("sandbox", "/sys/fs/cgroup")}


def test_every_service_is_locked(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {*OURS, "db", "broker", "proxy"}
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert set(service.get("cap_add", [])) == GAINED.get(name, set()), name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service.get("privileged"), name
        assert not {"pid", "ipc", "network_mode", "userns_mode", "devices"} & service.keys(), name
        assert service["logging"]["options"]["max-size"], name


def test_our_own_services_cannot_write_to_their_system(services: dict[str, dict[str, Any]]) -> None:
    for name in OURS:
        assert services[name]["read_only"] is True, name
    for name in APP:
        assert "user" not in services[name], f"{name} runs as the image's own user"


def test_who_knows_which_secret(services: dict[str, dict[str, Any]]) -> None:
    def knows(word: str) -> set[str]:
        return {
            name
            for name, service in services.items()
            if any(word in key for key in service.get("environment") or {})
        }

    assert knows("SECRET_KEY") == set(APP)
    assert knows("DATABASE_URL") == set(APP)
    assert knows("SANDBOX_TOKEN") == {*APP, "sandbox"}
    assert knows("POSTGRES_PASSWORD") == {"db"}
    assert knows("SMTP_URL") == {"web"}


def test_settings_of_the_school_reach_who_needs_them(tmp_path: Path) -> None:
    said = {
        "PASSERELLE_SITE_URL": "https://school.example",
        "PASSERELLE_SMTP_URL": "smtps://mail.example",
        "PASSERELLE_MAIL_FROM": "school@example.org",
        "PASSERELLE_ATTENDANCE_LOCK_DAYS": "14",
    }
    env_file = write_env(tmp_path / "env", {**random_secrets(), **said})
    services = json.loads(compose("config", "--format", "json", env_file=env_file).stdout)["services"]
    assert said.items() <= services["web"]["environment"].items()
    for name in APP:
        assert services[name]["environment"]["PASSERELLE_ATTENDANCE_LOCK_DAYS"] == "14"


def test_who_can_be_reached(project: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    assert {name for name, service in services.items() if service.get("ports")} == {"proxy"}
    assert project["networks"]["inside"]["internal"] is True
    assert set(services["proxy"]["networks"]) == {"edge"}
    assert set(services["web"]["networks"]) == {"inside", "edge"}
    for name in services.keys() - {"proxy", "web"}:
        assert set(services[name]["networks"]) == {"inside"}, name


def test_nothing_starts_on_an_old_database(services: dict[str, dict[str, Any]]) -> None:
    assert services["prepare"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("web", "grader"):
        assert services[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully", name


def test_projects_on_one_engine_stay_apart(tmp_path: Path) -> None:
    env_file = write_env(tmp_path / "env", random_secrets())
    seen = set()
    for name in ("one", "two"):
        parsed = json.loads(compose("config", "--format", "json", env_file=env_file, project=name).stdout)
        environment = parsed["services"]["sandbox"]["environment"]
        volume = parsed["volumes"]["sockets"]["name"]
        assert environment["PASSERELLE_SANDBOX_RUN_DIR_HOST"] == f"volume:{volume}"
        seen.add((environment["PASSERELLE_INSTANCE_DIR"], volume))
    assert len(seen) == 2


def test_the_sockets_live_in_memory_and_hold_no_programs(project: dict[str, Any]) -> None:
    options = project["volumes"]["sockets"]["driver_opts"]
    assert options["type"] == "tmpfs"
    assert {"nosuid", "nodev", "noexec", "mode=0711"} <= set(options["o"].split(","))


def test_the_image_gets_what_the_dockerfile_copies_and_no_more() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied: set[str] = set()
    for line in re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE):
        copied |= {re.sub(r"\[(\w)\]", r"\1", word).removeprefix("./") for word in line.split()}
    assert copied == allowed
