// Errors of a student's code as plain data, in words that name the student's file and lines only.
import {
  BlobType, SourceTextModule, createObjectURL, errorStack, getOwnPropertyDescriptor, getPrototypeOf, indexOf,
  isNativeError, isProxy, joinText, list, match, nativeErrorName, replaceAll, revokeObjectURL, slice, splitText,
  toNumber, toWellFormed,
} from "./primordials.js";
import { className, nameOf, shown } from "./values.js";

const MESSAGE_CAP = 1_000;
const TRACEBACK_CAP = 6_000;
const LINEAGE_CAP = 30;
const PlainObject = Object;
const PLACE = / at (blob:[^\s:]*[^\s]*?):(\d+):(\d+)$/m;
const LOADED = /\n {4}at blob:\S+$/;
const PARSED = /^SyntaxError: ([^\n]*)/;

/** Text that JSON can carry, its middle cut out when it is too long. */
export function clean(text, cap) {
  const plain = toWellFormed(text);
  return plain.length <= cap ? plain : `${slice(plain, 0, cap / 2)}\n…\n${slice(plain, plain.length - cap / 2)}`;
}

/** What was thrown; `urls` are the addresses under which the student's file `main` was loaded. */
export function describe(error, main, urls) {
  const traceback = tracebackOf(error, main, urls);
  const line = match(lineOf(main), traceback)?.[1];
  return {
    __proto__: null,
    class: className(error),
    mro: lineage(error),
    message: clean(withoutPlace(messageOf(error)), MESSAGE_CAP),
    line: line === undefined ? null : toNumber(line),
    file: line === undefined ? null : main,
    text: null,
    traceback: clean(traceback, TRACEBACK_CAP),
  };
}

const lineOf = (main) => new RegExp(`${replaceAll(main, ".", "\\.")}:(\\d{1,7}):\\d+`);

/** Class and bases: "builtins.TypeError" for that very class; a class of the student's is ".TypeError". */
function lineage(error) {
  const names = list();
  if (typeof error !== "object" || error === null || isProxy(error)) return names;
  let prototype = getPrototypeOf(error);
  while (prototype !== null && names.length < LINEAGE_CAP && !isProxy(prototype)) {
    const type = getOwnPropertyDescriptor(prototype, "constructor")?.value;
    const native = nativeErrorName(type);
    const name = nameOf(type);
    if (native) names[names.length] = `builtins.${native}`;
    else if (name && type !== PlainObject) names[names.length] = `.${name}`;
    prototype = getPrototypeOf(prototype);
  }
  return names;
}

function messageOf(error) {
  if (typeof error !== "object" || error === null) return shown(error);
  if (isProxy(error)) return "";
  for (let part = error; part !== null && !isProxy(part); part = getPrototypeOf(part)) {
    const found = getOwnPropertyDescriptor(part, "message");
    if (found !== undefined) return typeof found.value === "string" ? found.value : "";
  }
  return isNativeError(error) ? "" : shown(error);
}

/** The loader's messages end in the address of a module. */
const withoutPlace = (text) => slice(text, 0, match(LOADED, text)?.index);

/** The error's first lines and the student's own frames. */
function tracebackOf(error, main, urls) {
  const message = withoutPlace(messageOf(error));
  const head = className(error) + (message ? `: ${message}` : "");
  let stack = isNativeError(error) ? stackOf(error) : "";
  for (let index = 0; index < urls.length; index += 1) stack = replaceAll(stack, urls[index], main);
  const kept = list();
  const lines = splitText(stack, "\n");
  for (let index = 0; index < lines.length; index += 1) {
    const isFrame = match(/^ {4}at /, lines[index]) !== null;
    if (isFrame && indexOf(lines[index], `${main}:`) >= 0) kept[kept.length] = replaceAll(lines[index], "async ", "");
  }
  return kept.length === 0 ? head : `${head}\n${joinText(kept, "\n")}`;
}

function stackOf(error) {
  try {
    const own = getOwnPropertyDescriptor(error, "stack");
    const text = own !== undefined && "value" in own ? own.value : errorStack(error);
    return typeof text === "string" ? text : "";
  } catch {
    return ""; // the student's own way to prepare a stack failed
  }
}

/** Whether loading the text at `url` failed because it is no JavaScript. */
export function isUnreadable(error, url) {
  if (!isNativeError(error)) return false;
  const text = messageOf(error);
  return indexOf(text, ` at ${url}:`) >= 0 && (match(PARSED, text) !== null || className(error) === "SyntaxError");
}

/** Why a text is no JavaScript, with its line; null when it is. Nothing of it runs. */
export async function syntaxFault(source, main) {
  const url = createObjectURL(new BlobType([`throw 0;${source}`], { type: "text/javascript" }));
  try {
    await import(url);
    return null;
  } catch (error) {
    return isUnreadable(error, url) ? unreadable(error, source, main) : null;
  } finally {
    revokeObjectURL(url);
  }
}

function unreadable(error, source, main) {
  const text = messageOf(error);
  const place = match(PLACE, text);
  const line = place === null ? 1 : toNumber(place[2]);
  const column = place === null ? 1 : toNumber(place[3]) - (line === 1 ? "throw 0;".length : 0);
  const lines = splitText(source, "\n");
  const seen = line <= lines.length ? lines[line - 1] : "";
  const message = clean(spoken(source, main) ?? match(PARSED, text)?.[1] ?? slice(text, 0, place?.index), MESSAGE_CAP);
  const head = `${main}:${line}`;
  const picture = seen && seen.length < 200 ? `\n    ${seen}\n    ${" ".repeat(column > 0 ? column - 1 : 0)}^` : "";
  const names = list();
  names[0] = "builtins.SyntaxError";
  names[1] = "builtins.Error";
  return {
    __proto__: null, class: "SyntaxError", mro: names, message, line, file: main, text: clean(seen, MESSAGE_CAP),
    traceback: clean(`${head}${picture}\nSyntaxError: ${message}`, TRACEBACK_CAP),
  };
}

/** The engine's own words, which every book uses; the loader's are its own. */
function spoken(source, main) {
  try {
    new SourceTextModule(source, { identifier: main });
    return null;
  } catch (error) {
    return isNativeError(error) ? messageOf(error) : null;
  }
}
