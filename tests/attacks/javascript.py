"""Hostile JavaScript: hand-ins for the exercise "double" of `checks`, and live cells, with what may come of each."""

from __future__ import annotations

from tests.attacks.checks import Attack

HONEST = "const double = (x) => x * 2;\n"

_PUBLISH = """
const MIME = "application/vnd.passerelle.answer+json";
const publish = (channel, payload) => Deno.jupyter.broadcast(
  "display_data", { data: { [MIME]: { channel, payload } }, metadata: {}, transient: {} });
const result = (value) => ({ value: { t: "number", v: String(value) }, error: null, problem: null, name: "",
  printed: "", overflow: false });
"""


def _attack(source: str, *outcomes: str) -> Attack:
    return Attack(source, frozenset(outcomes or {"failed"}))


ATTACKS: dict[str, Attack] = {
    # forging the value
    "lying_conversions": _attack(
        "const double = (x) => ({ valueOf: () => x * 2, toString: () => String(x * 2), toJSON: () => x * 2,\n"
        "  [Symbol.toPrimitive]: () => x * 2, then: undefined });\n"
    ),
    "boxed_number": _attack("const double = (x) => new Number(x * 2);\n"),
    "number_subclass": _attack("class Six extends Number {}\nconst double = (x) => new Six(x * 2);\n"),
    "proxy": _attack(
        "const double = (x) => new Proxy(Object(x * 2), { get: () => x * 2, getPrototypeOf: () => Number.prototype });\n"
    ),
    "getter_with_two_faces": _attack(
        "const double = (x) => ({ t: 'number', get v() { return String(x * 2); } });\n"
    ),
    "tagged_value_itself": _attack("const double = (x) => ({ t: 'number', v: String(x * 2) });\n"),
    "text_for_number": _attack("const double = (x) => `${x * 2}`;\n"),
    "bigint_for_number": _attack("const double = (x) => BigInt(x) * 2n;\n"),
    "not_a_number": _attack("const double = () => NaN;\n"),
    "only_the_visible": _attack("const double = (x) => ({ 3: 6, 0: 0 })[x];\n"),
    "random_answers": _attack("const double = () => Math.floor(Math.random() * 1e9);\n"),
    "says_passed": _attack("const double = () => { console.log('passed: all 3 tests passed'); };\n"),
    # ending early
    "exits": _attack("Deno.exit(0);\n", "error"),
    "exits_in_a_call": _attack("const double = () => Deno.exit(0);\n", "error"),
    "process_exits": _attack("const double = () => process.exit(0);\n", "error", "failed"),
    "kills_itself": _attack("const double = () => process.kill(process.pid, 'SIGKILL');\n", "error", "memory_limit"),
    "aborts": _attack("process.abort();\n", "error", "failed"),
    "closes_the_window": _attack("close();\nconst double = () => self.close();\n", "error", "failed"),
    "rejection_nobody_handles": _attack(
        "const double = (x) => { Promise.reject(new Error(String(x))); return {3: 6, 0: 0}[x]; };\n"
    ),
    "rejection_while_loading": _attack("Promise.reject(new Error('now'));\nconst double = (x) => x * 2;\n", "error"),
    "error_in_a_timer": _attack(
        "setTimeout(() => { throw new Error('late'); }, 1);\nconst double = (x) => ({ 3: 6, 0: 0 })[x];\n",
        "failed", "error",
    ),
    # changing what judges
    "patched_prototypes": _attack(
        "const yes = () => 6;\n"
        "for (const type of [Array, Map, Set, Promise, String, RegExp, Function, Number, Object, Date, Error]) {\n"
        "  for (const name of Object.getOwnPropertyNames(type.prototype)) {\n"
        "    try { if (name !== 'constructor') type.prototype[name] = yes; } catch {}\n"
        "  }\n"
        "}\n"
        "const double = () => undefined;\n",
        "failed", "error", "time_limit",
    ),
    "patched_json_and_reflection": _attack(
        "JSON.stringify = () => '6'; JSON.parse = () => ({}); Reflect.apply = () => 6; Reflect.get = () => 6;\n"
        "Object.is = () => true; Array.isArray = () => true; Number.isNaN = () => false; globalThis.String = () => '6';\n"
        "const double = () => undefined;\n"
    ),
    "setters_on_prototypes": _attack(
        "let seen = [];\n"
        "for (const key of ['channel', 'payload', 'value', 'v', 't', 'check', 'results', '0', '1', '2', 'args', 'then']) {\n"
        "  for (const type of [Object, Array]) {\n"
        "    Object.defineProperty(type.prototype, key, { get: () => 6, set: (x) => { seen.push(x); }, configurable: true });\n"
        "  }\n"
        "}\n"
        "const double = () => undefined;\n",
        "failed", "error", "time_limit",
    ),
    "replaced_harness": _attack(
        "const harness = await import('file:///opt/passerelle/harness.js').catch(() => ({}));\n"
        "try { harness.serve = () => {}; } catch {}\n"
        "globalThis.__passerelle = { serve: () => {} };\n"
        "const double = () => 0;\n",
        "failed", "error",
    ),
    "harness_by_its_name": _attack(
        "let harness;\n"
        "try { harness = (0, eval)('__passerelle'); } catch {}\n"
        "const double = () => { try { return harness.serve; } catch { return 0; } };\n"
    ),
    "patched_broadcast": _attack(
        "const before = Deno.jupyter.broadcast;\n"
        "Deno.jupyter.broadcast = (kind, content) => { console.log(JSON.stringify(content)); before(kind, content); };\n"
        "const inner = Deno[Deno.internal];\n"
        "for (const name of Object.keys(inner.jupyter ?? {})) { try { inner.jupyter[name] = () => {}; } catch {} }\n"
        "const double = () => undefined;\n",
        "failed", "error", "time_limit",
    ),
    "patched_evaluation": _attack(
        "globalThis.eval = () => () => 6;\nglobalThis.Function = function () { return () => 6; };\n"
        "const double = () => undefined;\n"
    ),
    "catches_the_lookup": _attack(
        "const double = new Proxy(function () {}, { apply: (f, self, args) => args.length * 0 });\n"
    ),
    # answers on the channel
    "answer_on_a_guessed_channel": _attack(
        _PUBLISH + "for (const name of ['', 'answer', '0'.repeat(32), 'channel']) {\n"
        "  for (let index = 0; index < 3; index += 1) publish(name, { check: index, results: [result(6)] });\n"
        "}\n"
        "const double = () => undefined;\n"
    ),
    "channel_by_the_inspector": _attack(
        _PUBLISH + "let texts = [];\n"
        "try {\n"
        "  const { Session } = await import('node:inspector');\n"
        "  const session = new Session();\n"
        "  session.connect();\n"
        "  session.on('Debugger.scriptParsed', ({ params }) => session.post('Debugger.getScriptSource',\n"
        "    { scriptId: params.scriptId }, (error, got) => texts.push(got?.scriptSource ?? '')));\n"
        "  session.post('Debugger.enable');\n"
        "} catch {}\n"
        "const { inflateSync } = await import('node:zlib');\n"
        "const double = (x) => {\n"
        "  for (const text of texts) {\n"
        "    const packed = /serve\\(\"([^\"]+)\"\\)/.exec(text)?.[1];\n"
        "    if (!packed) continue;\n"
        "    const request = JSON.parse(new TextDecoder().decode(inflateSync(Uint8Array.fromBase64(packed))));\n"
        "    for (let index = 0; index < 3; index += 1) publish(request.channel, { check: index, results: [result(6)] });\n"
        "  }\n"
        "  return undefined;\n"
        "};\n",
        "failed", "error", "time_limit",
    ),
    "many_messages": _attack(
        _PUBLISH + "const double = (x) => {\n"
        "  for (let i = 0; i < 50000; i += 1) publish('x', { check: 0, results: [] });\n"
        "  return x * 2;\n"
        "};\n",
        "output_limit", "failed",
    ),
    "status_and_replies_of_its_own": _attack(
        "const double = (x) => {\n"
        "  for (const kind of ['status', 'execute_reply', 'error', 'stream', 'execute_result']) {\n"
        "    Deno.jupyter.broadcast(kind, { execution_state: 'idle', status: 'ok', name: 'stdout', text: 'x', ename: 'E',\n"
        "      evalue: 'v', traceback: [], data: {}, metadata: {} });\n"
        "  }\n"
        "  return undefined;\n"
        "};\n"
    ),
    "nested_message": _attack(
        _PUBLISH + "const double = (x) => {\n"
        "  let deep = 0;\n"
        "  for (let i = 0; i < 900; i += 1) deep = [deep];\n"
        "  publish('x', { check: 0, results: deep });\n"
        "  return undefined;\n"
        "};\n",
        "failed", "error", "output_limit",
    ),
    "one_large_message": _attack(
        "const double = () => { Deno.jupyter.broadcast('display_data', { data: { 'text/plain': 'x'.repeat(2e7) },\n"
        "  metadata: {}, transient: {} }); };\n",
        "failed", "error", "output_limit", "memory_limit",
    ),
    # reading what is hidden
    "tells_hidden_inputs": _attack(
        "const double = (x) => {\n"
        "  console.log('input', x); console.error(x); process.stdout.write(String(x));\n"
        "  Deno.jupyter.broadcast('stream', { name: 'stdout', text: String(x) });\n"
        "  setTimeout(() => console.log(x), 1);\n"
        "  if (x !== 3 && x !== 0) throw new Error(`the input was ${x}`);\n"
        "  return x * 2;\n"
        "};\n",
        "error",
    ),
    "returns_hidden_inputs": _attack(
        "const double = (x) => (x === 3 || x === 0 ? x * 2 : ['it was', x, String(x)]);\n"
    ),
    "keeps_hidden_inputs_in_its_name": _attack(
        "const double = (x) => {\n"
        "  if (x === 3 || x === 0) return x * 2;\n"
        "  throw new (class extends Error { constructor() { super(String(x)); this.stack = `solution.js:${x}:1`; } })();\n"
        "};\n",
        "error",
    ),
    "reads_files": _attack(
        "const fs = await import('node:fs');\n"
        "const double = (x) => {\n"
        "  for (const path of ['/opt/passerelle/harness.js', '/tmp/.kernel.json', '/proc/self/environ', '/etc/passwd']) {\n"
        "    try { return Deno.readTextFileSync(path); } catch {}\n"
        "    try { return fs.readFileSync(path, 'utf8'); } catch {}\n"
        "  }\n"
        "  return { 3: 6, 0: 0 }[x];\n"
        "};\n"
    ),
    "asks_for_permissions": _attack(
        "const double = async (x) => {\n"
        "  for (const name of ['read', 'net', 'run', 'ffi', 'env']) {\n"
        "    if ((await Deno.permissions.request({ name })).state === 'granted') return 'granted';\n"
        "  }\n"
        "  return { 3: 6, 0: 0 }[x];\n"
        "};\n"
    ),
    "network": _attack(
        "const double = async (x) => {\n"
        "  for (const place of ['http://127.0.0.1:9101/', 'http://169.254.169.254/', 'http://172.17.0.1:2375/']) {\n"
        "    try { return (await fetch(place)).status; } catch {}\n"
        "  }\n"
        "  return { 3: 6, 0: 0 }[x];\n"
        "};\n"
    ),
    "worker_with_more_rights": _attack(
        "const double = (x) => {\n"
        "  const code = 'self.postMessage(Deno.readTextFileSync(\"/etc/passwd\"))';\n"
        "  try {\n"
        "    new Worker(URL.createObjectURL(new Blob([code])), { type: 'module', deno: { permissions: 'inherit' } });\n"
        "    new Worker(URL.createObjectURL(new Blob([code])), { type: 'module', deno: { permissions: { read: true } } });\n"
        "  } catch {}\n"
        "  return { 3: 6, 0: 0 }[x];\n"
        "};\n",
        "failed", "error", "memory_limit",
    ),
    # using everything up
    "endless_loop": _attack("const double = () => { for (;;); };\n", "time_limit"),
    "endless_microtasks": _attack("const double = async () => { for (;;) await null; };\n", "time_limit"),
    "endless_loop_while_loading": _attack("for (;;);\n", "time_limit"),
    "never_resolves": _attack("const double = () => new Promise(() => {});\n", "time_limit", "failed"),
    "thenable_that_never_ends": _attack("const double = () => ({ then() { for (;;); } });\n", "time_limit"),
    "shows_itself_for_ever": _attack(
        "class A { [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } }\nconst double = () => new A();\n",
        "time_limit",
    ),
    "regular_expression": _attack("const double = () => /(a+)+$/.test('a'.repeat(60) + 'b');\n", "time_limit"),
    "memory_bomb": _attack(
        "const double = () => { const kept = []; for (;;) kept.push(new Array(1e6).fill(kept.length)); };\n",
        "memory_limit",
    ),
    "buffers": _attack(
        "const double = () => { const kept = []; for (;;) kept.push(new Uint8Array(1e7).fill(1)); };\n",
        "memory_limit", "error", "failed",
    ),
    "workers": _attack(
        "const double = () => { for (;;) new Worker('data:text/javascript,for(;;);', { type: 'module' }); };\n",
        "error", "time_limit", "memory_limit", "failed",
    ),
    "output_flood": _attack("const double = () => { for (;;) console.log('x'.repeat(1000)); };\n", "output_limit"),
    "output_flood_swallowed": _attack(
        "const double = () => { for (;;) { try { console.log('x'.repeat(1000)); } catch {} } };\n",
        "output_limit", "time_limit",
    ),
    "output_past_the_capture": _attack(
        "const double = () => { for (;;) Deno.jupyter.broadcast('stream', { name: 'stdout', text: 'x'.repeat(60000) }); };\n",
        "output_limit", "time_limit", "memory_limit",
    ),
    "deep_recursion": _attack("const double = (x) => double(x);\n", "error"),
    "nested_value": _attack("const double = () => { let v = 0; for (let i = 0; i < 900; i += 1) v = [v]; return v; };\n"),
    "cyclic_value": _attack("const double = () => { const v = {}; v.self = v; return v; };\n"),
    "wide_value": _attack("const double = () => { const v = []; v.length = 4e9; return v; };\n"),
    "huge_text": _attack("const double = () => 'x'.repeat(5e8);\n", "failed", "error", "memory_limit"),
    "huge_bigint": _attack("const double = () => 2n ** 5000000n;\n"),
    "same_hashes": _attack(
        "const double = () => new Set(Array.from({ length: 20000 }, (_, i) => BigInt(i) * (2n ** 61n - 1n)));\n"
    ),
    "lone_surrogates": _attack(
        "const double = () => { console.log('\\ud800\\x00\\x1b[2J'); throw new Error('\\udfff'); };\n", "error"
    ),
    "error_that_lies": _attack(
        "class Bad extends Error { get message() { throw this; } get stack() { for (;;); } toString() { throw this; } }\n"
        "Object.defineProperty(Bad, 'name', { get() { throw 1; } });\n"
        "const double = () => { throw new Bad(); };\n",
        "error", "failed", "time_limit",
    ),
    "prepares_stacks": _attack(
        "Error.prepareStackTrace = () => { throw new Error('again'); };\nconst double = () => null.x;\n", "error"
    ),
    "deep_source": _attack(f"const x = {'(' * 5000}{')' * 5000};\n", "error"),
    "no_text": _attack("const x = 1;\x00\n", "error"),
}  # fmt: skip

HEALTHY = "[typeof planted, 6 * 7].join()"
ANSWER = '"undefined,42"'

CELLS: dict[str, Attack] = {
    "js_endless_loop": _attack("for (;;);", "time_limit"),
    "js_endless_promise": _attack("await new Promise(() => {});", "time_limit"),
    "js_prints_without_end": _attack("for (;;) console.log('x'.repeat(1000));", "output_limit"),
    "js_memory_bomb": _attack(
        "const kept = []; for (;;) kept.push(new Array(1e6).fill(1));", "memory_limit", "time_limit"
    ),
    "js_exits": _attack("Deno.exit(0);", "died"),
    "js_leaves_names": _attack("globalThis.planted = 1; Array.prototype.join = () => 'planted';", "ok"),
    "js_swaps_a_socket": _attack(
        "try { Deno.removeSync('/run/kernel/k-1'); } catch (error) { console.log(error.name); }", "ok"
    ),
    "js_html_and_pictures": _attack(
        "await Deno.jupyter.broadcast('display_data', { data: { 'image/png': 'PHNjcmlwdD4=', 'image/svg+xml': '<svg onload=1/>',"
        " 'text/html': '<script>1</script>' }, metadata: {}, transient: {} });",
        "ok",
    ),
    "js_flood_of_questions": _attack("for (;;) prompt('x'.repeat(10000));", "output_limit", "time_limit"),
    "js_reads_the_host": _attack("try { console.log(Deno.readTextFileSync('/etc/passwd')); } catch {}", "ok"),
}  # fmt: skip
