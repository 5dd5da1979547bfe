"""What the doctor tries inside a container for JavaScript; see `sandbox.probes` for how a probe is judged.

There are two walls, and each is tried by itself: what Deno refuses to a program that has no permission, and, in a
kernel that has kept them all, what the container refuses to whoever gets past Deno.
"""

from __future__ import annotations

from functools import partial

from sandbox.probes import Probe

_PRELUDE = """
verdict = (held, detail) => console.log((held ? "HELD " : "BROKEN ") + detail);
tried = async (attempts) => {
  const through = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      through.push(name);
    } catch { /* refused, as it should be */ }
  }
  return through;
};
read = (path) => Deno.readTextFileSync(path);
field = (pid, name) => new RegExp(`^${name}:\\\\s*(\\\\S+)`, "m").exec(read(`/proc/${pid}/status`))?.[1];
"""

_allowed = partial(Probe, prelude="var verdict, tried, read, field;" + _PRELUDE)
_beneath = partial(_allowed, beneath=True)

JAVASCRIPT_PROBES: tuple[Probe, ...] = (
    _allowed(
        "permissions", "A program has none of Deno's permissions, and gets none by asking.",
        """
        const states = [];
        for (const name of ["read", "write", "net", "env", "run", "ffi", "sys", "import"]) {
          states.push((await Deno.permissions.query({ name })).state, (await Deno.permissions.request({ name })).state);
        }
        verdict(!states.includes("granted"), [...new Set(states)]);
        """,
    ),
    _allowed(
        "files", "A program reads and writes no file, not its own kernel's either.",
        """
        const through = await tried({
          read: () => Deno.readTextFileSync("/etc/passwd"),
          self: () => Deno.readTextFileSync("/proc/self/environ"),
          key: () => Deno.readTextFileSync("/tmp/.kernel.json"),
          list: () => [...Deno.readDirSync("/run/kernel")],
          node: async () => (await import("node:fs")).readFileSync("/etc/passwd"),
          module: () => import("file:///etc/passwd"),
          write: () => Deno.writeTextFileSync("/tmp/probe", "x"),
          link: () => Deno.symlinkSync("/etc/passwd", "/run/kernel/k-9"),
          remove: () => Deno.removeSync("/run/kernel/k-1"),
        });
        verdict(through.length === 0, through.join() || "all refused");
        """,
    ),
    _allowed(
        "connections", "A program connects to nothing and listens nowhere, its own kernel's ports included.",
        """
        const through = await tried({
          kernel: () => Deno.connect({ port: 9100 }),
          socket: () => Deno.connect({ transport: "unix", path: "/run/kernel/k-1" }),
          fetch: () => fetch("http://127.0.0.1:9101/"),
          web: () => new WebSocket("ws://127.0.0.1:9101/"),
          listen: () => Deno.listen({ port: 0 }),
          node: async () => new Promise(async (done, failed) => (await import("node:net")).connect(9100, "127.0.0.1").on("connect", done).on("error", failed)),
        });
        verdict(through.length === 0, through.join() || "all refused");
        """,
    ),
    _allowed(
        "programs", "A program starts no other, signals no other, loads no library and sees no environment.",
        """
        const through = await tried({
          command: () => new Deno.Command("/bin/true").outputSync(),
          node: async () => { const done = (await import("node:child_process")).spawnSync("/bin/true"); if (done.error) throw done.error; },
          signal: () => Deno.kill(1, "SIGKILL"),
          library: () => Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }),
          environment: () => Deno.env.toObject(),
          host: () => Deno.hostname(),
        });
        verdict(through.length === 0, through.join() || "all refused");
        """,
    ),
    _beneath(
        "network", "There is no network but the loopback.",
        """
        const names = read("/proc/net/dev").split("\\n").slice(2).map((line) => line.split(":")[0].trim()).filter(Boolean);
        verdict(names.join() === "lo", names);
        """,
    ),
    _beneath(
        "user", "Code runs as a user of its own, without a name and without root.",
        "verdict(Deno.uid() >= 20000 && Deno.gid() >= 20000, [Deno.uid(), Deno.gid()]);",
    ),
    _beneath(
        "capabilities", "No capability can ever be gained.",
        """
        const sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map((name) => field("self", name));
        verdict(sets.every((value) => /^0+$/.test(value)), sets);
        """,
    ),
    _beneath(
        "new privileges", "A setuid program gives nothing, and there is none.",
        """
        const found = new Deno.Command("/usr/bin/find", { args: ["/", "-xdev", "-perm", "/6000", "-type", "f"] }).outputSync();
        const files = new TextDecoder().decode(found.stdout).trim();
        verdict(field(1, "NoNewPrivs") === "1" && files === "", `NoNewPrivs ${field(1, "NoNewPrivs")}, files: ${files || "none"}`);
        """,
    ),
    _beneath(
        "root file system", "Nothing outside /tmp can be written.",
        """
        const folders = ["", "/etc", "/usr/local/bin", "/var/tmp", "/opt/passerelle", "/home", "/run", "/root"];
        const through = await tried(Object.fromEntries(
          folders.map((folder) => [folder || "/", () => Deno.writeTextFileSync(`${folder}/probe`, "x")]),
        ));
        verdict(through.length === 0, through.join() || "all refused");
        """,
    ),
    _beneath(
        "temporary files", "The folder /tmp is small, in bytes and in files, and holds no programs.",
        """
        const line = read("/proc/mounts").split("\\n").find((mount) => mount.split(" ")[1] === "/tmp") ?? "";
        const size = Number(/size=(\\d+)k/.exec(line)?.[1]), files = Number(/nr_inodes=(\\d+)/.exec(line)?.[1]);
        const flags = ["nosuid", "nodev", "noexec"].every((flag) => line.includes(flag));
        verdict(size <= 65536 && files <= 8192 && flags, line);
        """,
    ),
    _beneath(
        "memory limit", "Memory has an end.",
        """
        let limit = "";
        for (const path of ["/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max"]) {
          try { limit = read(path).trim(); } catch { /* of the other version of control groups */ }
        }
        verdict(/^\\d+$/.test(limit) && Number(limit) <= 1 << 30, limit);
        """,
    ),
    _beneath(
        "fork bomb", "Processes have a limit.",
        """
        const children = [];
        let error = "none";
        try {
          for (let count = 0; count < 200; count += 1) {
            children.push(new Deno.Command("/bin/sleep", { args: ["20"], stdin: "null", stdout: "null", stderr: "null" }).spawn());
          }
        } catch (thrown) {
          error = thrown.message;
        }
        for (const child of children) child.kill("SIGKILL");
        for (const child of children) await child.status;
        verdict(children.length < 70 && error !== "none", `${children.length} children, then ${error}`);
        """,
    ),
    _beneath(
        "kernel calls", "io_uring, sockets to the host, new namespaces, tracing and keys are refused.",
        """
        const call = (second) => ({ name: "syscall", parameters: ["i64", "i64", second, "i64"], result: "i64" });
        const { number, buffer } = Deno.dlopen("libc.so.6", { number: call("i64"), buffer: call("buffer") }).symbols;
        const arm = Deno.build.arch === "aarch64";
        const given = {
          io_uring: buffer(425n, 8n, new Uint8Array(120), 0n),
          vsock: number(arm ? 198n : 41n, 40n, 1n, 0n),
          algorithms: number(arm ? 198n : 41n, 38n, 5n, 0n),
          "user namespace": number(arm ? 97n : 272n, 0x10000000n, 0n, 0n),
          "trace me": number(arm ? 117n : 101n, 0n, 0n, 0n),
          "key ring": number(arm ? 219n : 250n, 0n, -3n, 1n),
        };
        const through = Object.keys(given).filter((name) => given[name] !== -1n);
        verdict(through.length === 0, through.join() || "all refused");
        """,
    ),
    _beneath(
        "sealed sockets", "The folder of the kernel's sockets cannot be changed or listed any more.",
        """
        const folder = "/run/kernel";
        const through = await tried({
          list: () => [...Deno.readDirSync(folder)],
          make: () => Deno.writeTextFileSync(`${folder}/probe`, "x"),
          link: () => Deno.symlinkSync("/etc/passwd", `${folder}/link`),
          remove: () => Deno.removeSync(`${folder}/k-1`),
          move: () => Deno.renameSync(`${folder}/k-1`, `${folder}/k-9`),
          chmod: () => Deno.chmodSync(folder, 0o777),
        });
        verdict(through.length === 0, through.join() || "all refused");
        """,
    ),
    _beneath(
        "environment", "No secret of ours is in the environment.",
        """
        const names = Object.keys(Deno.env.toObject()).filter((name) => /PASSERELLE|TOKEN|SECRET|PASSWORD|DATABASE/.test(name));
        verdict(names.length === 0, names.join() || "none");
        """,
    ),
    Probe(
        "memory bomb", "Taking all memory ends the run as a memory limit.",
        "const hoard = []; for (;;) hoard.push(new Array(1_000_000).fill(hoard.length));",
        outcome="memory_limit",
    ),
    Probe("endless loop", "A loop without end is stopped in time.", "for (;;);", outcome="time_limit"),
    Probe(
        "output flood", "Printing without end is stopped.",
        "for (;;) console.log('x'.repeat(1000));", outcome="output_limit",
    ),
    Probe(
        "quiet exit", "A process that ends itself is an end of the run, not a success.",
        "Deno.exit(0)", outcome="died",
    ),
)  # fmt: skip
