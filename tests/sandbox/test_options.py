"""Container options, admission, the reaper's choice, what may be shown: without an engine."""

import asyncio
import base64
import time

import pytest

from sandbox.admission import Admission, PoolBusy
from sandbox.container import (
    LABEL_INSTANCE,
    LABEL_LEASE,
    LABEL_NAMESPACE,
    LABEL_RUN,
    labels,
    mount_of,
    options,
    uid_of,
)
from sandbox.display import clean_bundle
from sandbox.profiles import LIMITS, MIB
from sandbox.reaper import stale
from sandbox.settings import load_settings

LIMIT = LIMITS["graded"]
MADE = options("image", LIMIT, 3, mount_of("/run/p", "abc"), {"a": "b"})
HOST = MADE["HostConfig"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("NetworkMode", "none"),
        ("IpcMode", "none"),
        ("CgroupnsMode", "private"),
        ("CapDrop", ["ALL"]),
        ("SecurityOpt", ["no-new-privileges:true"]),
        ("Privileged", False),
        ("ReadonlyRootfs", True),
        ("Memory", LIMIT.memory_bytes),
        ("MemorySwap", LIMIT.memory_bytes),
        ("PidsLimit", 64),
        ("NanoCpus", 1_000_000_000),
        ("LogConfig", {"Type": "none"}),
        ("Init", True),
        ("RestartPolicy", {"Name": "no"}),
        ("OomScoreAdj", 500),
    ],
)
def test_every_option_of_the_design_is_there(name: str, wanted: object) -> None:
    assert HOST[name] == wanted


def test_ulimits_never_count_processes() -> None:
    found = {item["Name"]: item["Hard"] for item in HOST["Ulimits"]}
    assert found == {"nofile": 256, "fsize": 16 * MIB, "core": 0, "cpu": 900}


def test_tmpfs_have_sizes_inodes_and_flags() -> None:
    for place in ("/tmp", "/dev/shm"):
        text = HOST["Tmpfs"][place]
        assert all(part in text for part in ("nosuid", "nodev", "noexec", "size=", "nr_inodes="))


def test_each_slot_has_its_own_user_and_only_its_directory() -> None:
    assert MADE["User"] == "20003:20003"
    assert uid_of(0) >= 20000
    assert [mount["Source"] for mount in HOST["Mounts"]] == ["/run/p/abc"]


def test_the_default_seccomp_profile_stays() -> None:
    assert not any("seccomp" in item or "apparmor" in item for item in HOST["SecurityOpt"])


def test_admission_goes_by_the_sum_and_in_order() -> None:
    async def scene() -> None:
        room = Admission(100)
        assert room.try_take(60)
        assert not room.try_take(60)
        first = asyncio.create_task(room.take(60, 5))
        await asyncio.sleep(0)
        assert room.waiting == 1
        # A small one does not overtake who came first.
        assert not room.try_take(10)
        small = asyncio.create_task(room.take(10, 5))
        await asyncio.sleep(0)
        room.give_back(60)
        await asyncio.gather(first, small)
        assert room.used_bytes == 70
        with pytest.raises(PoolBusy):
            await room.take(101, 5)
        with pytest.raises(PoolBusy):
            await room.take(90, 0.01)
        assert (room.used_bytes, room.waiting) == (70, 0)

    asyncio.run(scene())


def test_a_waiter_that_leaves_gives_its_place_up() -> None:
    async def scene() -> None:
        room = Admission(10)
        await room.take(10, 1)
        leaving = asyncio.create_task(room.take(10, 5))
        staying = asyncio.create_task(room.take(10, 5))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        room.give_back(10)
        await staying
        assert room.used_bytes == 10

    asyncio.run(scene())


def test_the_reaper_takes_only_what_is_nobodys() -> None:
    now = time.time()
    mine = labels(namespace="n", instance="i", run="r", lease=now + 60)
    assert mine.keys() == {LABEL_NAMESPACE, LABEL_INSTANCE, LABEL_RUN, LABEL_LEASE}
    assert not stale(mine, "i", {"r"}, now)
    assert stale(mine, "other", {"r"}, now)
    assert stale(mine, "i", set(), now)
    assert stale(mine, "i", {"r"}, now + 61)
    assert stale(mine, None, {"r"}, now)


def test_only_real_images_and_text_are_shown() -> None:
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()
    kept, size = clean_bundle(
        {
            "text/plain": "a",
            "text/html": "<b>",
            "image/png": png,
            "image/jpeg": png,
            "image/svg+xml": "<svg/>",
            "application/javascript": "x",
        },
        1000,
    )
    assert kept.keys() == {"text/plain", "text/html", "image/png"}
    assert size == len(png)
    assert clean_bundle({"image/png": "no base64 here!"}, 1000) == ({}, 0)
    assert "image/png" not in clean_bundle({"image/png": png}, 5)[0]
    assert clean_bundle(["x"], 5) == ({}, 0)


def test_settings_refuse_what_is_unsafe() -> None:
    with pytest.raises(ValueError, match="TOKEN"):
        load_settings({"PASSERELLE_SANDBOX_LISTEN": "tcp://0.0.0.0:7700"})
    with pytest.raises(ValueError, match="LISTEN"):
        load_settings({"PASSERELLE_SANDBOX_LISTEN": "http://x"})
    with pytest.raises(ValueError, match="POOL_MAX"):
        load_settings({"PASSERELLE_SANDBOX_POOL_MAX": "many"})
    one = load_settings({"PASSERELLE_INSTANCE_DIR": "/a"})
    assert one.namespace != load_settings({"PASSERELLE_INSTANCE_DIR": "/b"}).namespace
