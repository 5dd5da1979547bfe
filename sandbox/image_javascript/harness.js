// Runs a student's file and answers what it gave: the part of the grader inside the container.
//
// Loaded in the kernel before a student's code arrives, with what that code may not do taken away from this process.
// It holds no expected value and decides nothing: the student's code runs in this process, so what comes out is only
// the student's word, which the grader reads strictly and compares outside.
//
// `serve(packed)` does one request. `packed` is base64 of zlib of JSON, an object with "op" and "channel":
//
//   {"op": "load", "files": {name: text}, "main": name, "run": bool}
//       -> one answer {"load": {"error": error|null, "printed": str, "overflow": bool}}
//   {"op": "checks", "checks": [check, ...]}
//       -> one answer per check, in order: {"check": index, "results": [result, ...]}
//
// A check is {"index": int, "kind": "call"|"program"|"variable"|"script", ...}; see `checks`. Results and errors have
// the form of the Python harness; values are those of values.js.
//
// `explain(packed)` says of a live cell that could not be read what is wrong with it, as a Jupyter error.
import {
  BlobType, apply, broadcast, bytesOfBase64, construct, createObjectURL, decoder, get, inflateSync, is, list, match,
  nativeErrorName, parseJson, randomUuid, replaceAll, revokeObjectURL, textDecode,
} from "./primordials.js";
import { describe, isUnreadable, syntaxFault } from "./errors.js";
import { begin, end, install, settle, tick } from "./runs.js";
import { decodeArray, encode, tooLarge } from "./values.js";

const MIME = "application/vnd.passerelle.answer+json";
const PERMISSIONS = ["read", "write", "net", "env", "run", "ffi", "sys", "import"];
const MISSING = /^(.*) is not defined$/;

const state = { __proto__: null, source: "", main: "", module: null, urls: list(), installed: false };

/** Take every permission away and keep none; throws where one stays. */
export async function lock() {
  for (const name of PERMISSIONS) {
    const { state: left } = await Deno.permissions.revoke({ name });
    if (left === "granted") throw new Error(`the permission ${name} cannot be taken away`);
  }
  globalThis.alert = (message) => console.log(`${message}`);
}

export async function serve(packed) {
  const request = unpack(packed);
  if (!state.installed) {
    install();
    state.installed = true;
  }
  if (request.op === "load") {
    publish(request.channel, { __proto__: null, load: await load(request) });
    return;
  }
  for (let index = 0; index < request.checks.length; index += 1) {
    const check = request.checks[index];
    publish(request.channel, { __proto__: null, check: check.index, results: await checks[check.kind](check) });
  }
}

export async function explain(packed) {
  const fault = await syntaxFault(unpack(packed).code, "cell");
  if (fault === null) return;
  const traceback = list();
  traceback[0] = fault.traceback;
  broadcast("error", { __proto__: null, ename: fault.class, evalue: fault.message, traceback });
}

const unpack = (packed) => parseJson(textDecode(decoder, inflateSync(bytesOfBase64(packed))));

function publish(channel, payload) {
  const data = { __proto__: null, [MIME]: { __proto__: null, channel, payload } };
  broadcast("display_data", { __proto__: null, data, metadata: { __proto__: null }, transient: { __proto__: null } });
}

// ---- loading ------------------------------------------------------------------------------------------

async function load(request) {
  state.main = request.main;
  state.source = get(request.files, request.main);
  state.module = null;
  begin("");
  let error = await syntaxFault(state.source, state.main);
  if (error === null && request.run) {
    try {
      state.module = await evaluate();
      await tick();
    } catch (thrown) {
      error = described(thrown);
    }
  }
  const { printed, overflow, rejected } = end();
  if (error === null && rejected !== null) error = described(rejected.reason);
  return { __proto__: null, error, printed, overflow };
}

/** Run the file from its first line as a module of its own; a function that looks a name of it up. */
async function evaluate() {
  const lookup = `$${replaceAll(randomUuid(), "-", "")}`;
  const source = `${state.source}\n;export const ${lookup} = (${lookup}_) => eval(${lookup}_);`;
  const url = createObjectURL(new BlobType([source], { type: "text/javascript" }));
  state.urls[state.urls.length] = url;
  try {
    return get(await import(url), lookup);
  } finally {
    revokeObjectURL(url);
  }
}

const described = (thrown) => describe(thrown, state.main, state.urls);

// ---- checks -------------------------------------------------------------------------------------------

class Missing {
  constructor(name) { this.name = name; }
}

/** A name of the student's file. What every program finds without writing it, such as `close`, is none of these. */
function find(module, name) {
  let value;
  try {
    value = apply(module, undefined, [name]);
  } catch (error) {
    if (nativeErrorName(error?.constructor) === "ReferenceError" && match(MISSING, error.message)?.[1] === name) {
      throw new Missing(name);
    }
    throw error;
  }
  const plain = typeof value !== "function" && typeof value !== "object";
  if (!plain && name in globalThis && is(get(globalThis, name), value)) throw new Missing(name);
  return value;
}

/** Run `action` as the student's code and describe what came of it. */
async function observe(action, { stdin = "", keep = true, whole = false } = {}) {
  begin(stdin);
  const result = { __proto__: null, value: null, error: null, problem: null, name: "" };
  try {
    const value = await action();
    if (whole) await settle();
    if (keep) result.value = encode(value);
  } catch (thrown) {
    if (thrown === tooLarge) result.problem = "too_large";
    else if (thrown instanceof Missing) {
      result.problem = "missing";
      result.name = thrown.name;
    } else result.error = described(thrown);
  }
  const { printed, overflow, rejected } = end();
  if (whole && result.error === null && rejected !== null) result.error = described(rejected.reason);
  result.printed = printed;
  result.overflow = overflow;
  return result;
}

function only(result) {
  const results = list();
  results[0] = result;
  return results;
}

const nobody = (name) => { throw new Missing(name); };

const checks = {
  __proto__: null,

  async call(check) {
    return only(await observe(() => {
      const target = find(state.module, check.call.function);
      return apply(callable(target, check.call.function), undefined, decodeArray(check.call.args, nobody));
    }, check));
  },

  async program(check) {
    return only(await observe(evaluate, { stdin: check.stdin, keep: false, whole: true }));
  },

  async variable(check) {
    return only(await observe(async () => {
      const module = await evaluate();
      await settle();
      return find(module, check.variable);
    }, { stdin: check.stdin, whole: true }));
  },

  async script(check) {
    const objects = { __proto__: null };
    const results = list();
    for (let index = 0; index < check.steps.length; index += 1) {
      const step = check.steps[index];
      results[index] = await observe(() => take(step, objects), { keep: step.keep });
    }
    return results;
  },
};

function take(step, objects) {
  const known = (name) => (name in objects ? objects[name] : nobody(name));
  const target = step.on === null ? undefined : known(step.on);
  if (step.do === "get") return target[step.attribute];
  const name = step.call.function;
  const args = decodeArray(step.call.args, known);
  if (step.do === "new") {
    objects[step.as ?? "new"] = construct(callable(find(state.module, name), name), args);
    return undefined;
  }
  const action = step.on === null
    ? callable(find(state.module, name), name)
    : callable(target[name], `${step.on}.${name}`);
  return keepAs(step, objects, apply(action, target, args));
}

async function keepAs(step, objects, given) {
  const value = await given;
  if (step.as !== null) objects[step.as] = value;
  return value;
}

function callable(target, name) {
  if (typeof target !== "function") throw new TypeError(`${name} is not a function`);
  return target;
}
