// One piece of the student's code at a time, with its own input and output.
import {
  Console, MapType, PromiseType, apply, clearEvery, clearLater, defineProperty, deleteProperty, every, joinText, later,
  list, listen, mapDelete, mapGet, mapSet, put, slice, soon, splitText,
  toWellFormed,
} from "./primordials.js";

const PRINTED_CAP = 50_000;

/** Thrown into code that prints more than is kept. */
class OutputLimitReached extends Error {}

let current = null;

/** A run with the lines that `prompt` gives. Only one at a time. */
export function begin(stdin) {
  const lines = splitText(stdin, "\n");
  if (lines[lines.length - 1] === "") lines.length -= 1;
  current = {
    __proto__: null, lines, next: 0, parts: list(), size: 0, overflow: false, rejected: null, timers: 0, wake: null,
  };
  globally("console", new Console((text, level) => write(text, level)));
  return current;
}

export function end() {
  const run = current;
  current = null;
  return { __proto__: null, printed: toWellFormed(joinText(run.parts, "")), overflow: run.overflow, rejected: run.rejected };
}

function write(text, level) {
  const run = current;
  if (run === null) return; // said after its run has ended
  const fits = run.size + text.length <= PRINTED_CAP;
  const kept = fits ? text : slice(text, 0, PRINTED_CAP - run.size);
  if (level < 2) run.parts[run.parts.length] = kept;
  run.size += kept.length;
  if (!fits) {
    run.overflow = true;
    throw new OutputLimitReached("too much output");
  }
}

function nextLine() {
  if (current === null || current.next >= current.lines.length) return null;
  current.next += 1;
  return current.lines[current.next - 1];
}

const globally = (name, value) => defineProperty(globalThis, name, {
  __proto__: null, value, writable: true, enumerable: false, configurable: true,
});

/** Let programs print, ask and wait as in a browser, under our eyes. */
export function install() {
  globally("prompt", (message, start) => {
    if (message !== undefined) `${message}`;
    const line = nextLine();
    return line === "" && start !== undefined ? `${start}` : line;
  });
  globally("confirm", () => {
    const line = nextLine();
    return line !== null && (line[0] === "y" || line[0] === "Y");
  });
  globally("alert", (message) => { `${message}`; });
  put(process.stdout, "write", (text) => {
    write(typeof text === "string" ? text : `${text}`, 1);
    return true;
  });
  countTimers();
  listen("unhandledrejection", (event) => {
    event.preventDefault();
    failed(current, event.reason);
  });
  listen("error", (event) => {
    event.preventDefault();
    failed(current, event.error);
  });
  // What a browser's window has under such common names would hide that the student's program lacks them.
  for (const name of ["name", "close", "closed"]) deleteProperty(globalThis, name);
}

/** Something went wrong beside the main thread of the program; the first such thing is kept. */
function failed(run, reason) {
  if (run !== null && run.rejected === null) run.rejected = { __proto__: null, reason };
}

/** The program has not ended while one of its timers is set. */
function countTimers() {
  const owners = new MapType();
  const known = (timer) => {
    if (current === null) return timer;
    mapSet(owners, timer, current);
    current.timers += 1;
    return timer;
  };
  const gone = (timer) => {
    const run = mapGet(owners, timer);
    if (run === undefined || !mapDelete(owners, timer)) return;
    run.timers -= 1;
    if (run.timers === 0 && run.wake !== null) run.wake();
  };
  const attempt = (run, action, args) => {
    try {
      apply(action, undefined, args);
    } catch (error) {
      failed(run, error);
    }
  };
  globally("setTimeout", (action, delay, ...args) => {
    const run = current;
    const timer = known(later(() => {
      attempt(run, action, args);
      gone(timer);
    }, delay));
    return timer;
  });
  globally("setInterval", (action, delay, ...args) => {
    const run = current;
    return known(every(() => attempt(run, action, args), delay));
  });
  globally("queueMicrotask", (action) => {
    const run = current;
    soon(() => attempt(run, action, list()));
  });
  globally("clearTimeout", (timer) => { clearLater(timer); gone(timer); });
  globally("clearInterval", (timer) => { clearEvery(timer); gone(timer); });
}

/** Wait until all that the run began has ended: promises that are ready, and every timer. */
export async function settle() {
  await tick();
  while (current.timers > 0) {
    await new PromiseType((resolve) => { current.wake = resolve; });
    current.wake = null;
    await tick();
  }
}

export const tick = () => new PromiseType((resolve) => { later(resolve, 0); });
