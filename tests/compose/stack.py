"""A compose project of a test's own: images tagged by their content, a name and ports nobody else has."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.container import LABEL_NAMESPACE
from sandbox.settings import load_settings
from tests.system import ROOT, free_port

COMPOSE = Path(sys.executable).with_name("docker-compose")
STANDINS = Path(__file__).with_name("standins")
REPOSITORY = "passerelle-test"
REQUIRED = ("POSTGRES_PASSWORD", "PASSERELLE_SECRET_KEY", "PASSERELLE_SANDBOX_TOKEN")
WHEELS = ROOT / "build" / "wheels"
CONTEXT = ("Dockerfile", ".dockerignore", "pyproject.toml", "LICENSE", "requirements.txt")
FOLDERS = ("lms", "sandbox", "translations", "courses")
_PLATFORMS = (
    "manylinux_2_28",
    "manylinux_2_27",
    "manylinux2014",
    "manylinux_2_17",
    "manylinux_2_5",
    "manylinux1",
)


def compose(
    *arguments: str,
    env_file: Path,
    project: str = "passerelle-config",
    timeout: float = 30,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run the compose program on this folder's file; only `env_file` gives values."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PASSERELLE_", "COMPOSE_"))
    }
    done = subprocess.run(
        [
            str(COMPOSE), "--project-directory", str(ROOT), "-f", str(ROOT / "docker-compose.yml"),
            "--env-file", str(env_file), "-p", project, "--progress", "quiet", *arguments,
        ],
        env=clean, cwd=ROOT, timeout=timeout, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if check and done.returncode != 0:
        raise AssertionError(f"docker-compose {' '.join(arguments)}: {done.stderr[-3000:]}")
    return done


def write_env(path: Path, values: Mapping[str, str]) -> Path:
    """An .env file."""
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return path


def random_secrets() -> dict[str, str]:
    return {name: secrets.token_hex(32) for name in REQUIRED}


def docker(*arguments: str, timeout: float = 60) -> str:
    """What a docker command prints; its failure is the test's."""
    done = subprocess.run(
        ["docker", *arguments], timeout=timeout, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"docker {arguments[0]}: {done.stderr[-3000:]}{done.stdout[-2000:]}")
    return done.stdout


def fill_wheels() -> None:
    """Fetch the locked packages for the image's Python from here, where the index answers; kept between runs."""
    stamp = WHEELS.with_name("wheels.stamp")
    machine = platform.machine()
    wanted = hashlib.sha256((ROOT / "requirements.txt").read_bytes() + machine.encode()).hexdigest()
    if WHEELS.is_dir() and stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(WHEELS, ignore_errors=True)
    platforms = [word for name in _PLATFORMS for word in ("--platform", f"{name}_{machine}")]
    subprocess.run(
        [
            # --no-deps: the lock is complete, and so what exists as source only may come as source.
            sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--prefer-binary", "--require-hashes",
            "--python-version", "3.13", "--implementation", "cp", *platforms,
            "-r", str(ROOT / "requirements.txt"), "-d", str(WHEELS),
        ],
        cwd=ROOT, check=True, timeout=240,
    )  # fmt: skip
    stamp.write_text(wanted)


def _context_files() -> Iterator[Path]:
    yield from (ROOT / name for name in CONTEXT)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix not in {".mo", ".pyc"} and "node_modules" not in path.parts:
                yield path


def _built(name: str, files: list[Path], folder: Path) -> str:
    """The tag of an image made from exactly these files; built when there is none, older ones untagged."""
    code = hashlib.sha256()
    for path in files:
        data = path.read_bytes()
        code.update(f"{path.relative_to(ROOT)}\0{len(data)}\0".encode() + data)
    repository = f"{REPOSITORY}-{name}"
    tag = f"{repository}:{code.hexdigest()[:16]}"
    have = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", repository).split()
    if tag not in have:
        docker("build", "-q", "--network", "host", "-t", tag, str(folder), timeout=400)
        for old in have:
            docker("image", "rm", old)
    return tag


def build_images() -> dict[str, str]:
    """Every image the project needs, as values for its .env file."""
    subprocess.run([str(ROOT / "scripts" / "base_image.sh")], cwd=ROOT, check=True, timeout=240)
    subprocess.run([sys.executable, "-m", "lms.cli", "sandbox", "image"], cwd=ROOT, check=True, timeout=240)
    fill_wheels()
    images = {"PASSERELLE_IMAGE": _built("app", list(_context_files()), ROOT)}
    for name in ("postgres", "redis", "caddy"):
        folder = STANDINS / name
        images[f"{name.upper()}_IMAGE"] = _built(name, sorted(folder.iterdir()), folder)
    return images


@dataclass(frozen=True)
class Stack:
    """A running project."""

    project: str
    env_file: Path
    https_port: int
    http_port: int

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https_port}"

    def compose(self, *arguments: str, timeout: float = 60, check: bool = True) -> str:
        return compose(
            *arguments, env_file=self.env_file, project=self.project, timeout=timeout, check=check
        ).stdout

    def inspect(self, service: str) -> dict[str, Any]:
        """The engine's view of a service's container."""
        container = self.compose("ps", "-q", service).strip()
        found: dict[str, Any] = json.loads(docker("inspect", container))[0]
        return found

    @property
    def namespace(self) -> str:
        """The label on containers that this project's sandbox service starts."""
        environment = self.inspect("sandbox")["Config"]["Env"]
        return load_settings(dict(entry.split("=", 1) for entry in environment)).namespace


def student_containers(namespace: str) -> set[str]:
    """The containers for student code that a sandbox service holds."""
    return set(docker("ps", "-aq", "--no-trunc", "--filter", f"label={LABEL_NAMESPACE}={namespace}").split())


def leftovers(project: str) -> dict[str, list[str]]:
    """What a project left on the engine."""
    label = f"label=com.docker.compose.project={project}"
    return {
        "containers": docker("ps", "-aq", "--filter", label).split(),
        "volumes": docker("volume", "ls", "-q", "--filter", label).split(),
        "networks": docker("network", "ls", "-q", "--filter", label).split(),
    }


@contextmanager
def running_stack(folder: Path) -> Iterator[Stack]:
    """The whole project, up with the demonstration school, and removed to the last volume at the end."""
    images = build_images()
    https, http = free_port(), free_port()
    values = {
        **random_secrets(),
        **images,
        "PASSERELLE_HTTPS_PORT": f"127.0.0.1:{https}",
        "PASSERELLE_HTTP_PORT": f"127.0.0.1:{http}",
        "PASSERELLE_SANDBOX_MEMORY_MB": "1024",
    }
    stack = Stack(f"passerelle-test-{secrets.token_hex(3)}", write_env(folder / "env", values), https, http)
    try:
        stack.compose("run", "--rm", "-T", "prepare", "passerelle", "prepare", "--demo", timeout=120)
        stack.compose(
            "up", "-d", "--no-build", "--pull", "never", "--wait", "--wait-timeout", "150", timeout=180
        )
        yield stack
    except AssertionError as error:
        error.add_note(stack.compose("logs", "--no-color", "--tail", "40", check=False))
        raise
    finally:
        stack.compose("down", "-v", "--remove-orphans", "--timeout", "30", timeout=120)
