// Values as tagged JSON: the only way a value leaves or enters this container (read by lms/grading/jscodec.py).
//
//   {"t": "undefined"}  {"t": "null"}  {"t": "bool", "v": true}
//   {"t": "number", "v": "1e+21"}                  as JavaScript writes it; also "-0", "NaN", "-Infinity"
//   {"t": "bigint", "v": "-ff"}                    hexadecimal, so that huge ones cost linear time
//   {"t": "str", "v": "text"}                      text without lone surrogates
//   {"t": "strx", "v": "d83d0041"}                 any other: hexadecimal UTF-16 code units
//   {"t": "list", "v": [value, ...]}               an array; what is not in it is undefined
//   {"t": "dict", "v": [[key, value], ...]}        a plain object; keys are values of the tags "str" and "strx"
//   {"t": "map", "v": [[key, value], ...]}  {"t": "set", "v": [value, ...]}
//   {"t": "date", "v": "1767312000000"}            milliseconds, written as for number
//   {"t": "object", "class": "Account", "repr": "Account { … }"}       anything else, subclasses and proxies included
//
// Inputs may also hold {"t": "name", "v": "account"}: an object that an earlier step made.
import {
  DateType, MapType, SetType, bigintText, dateTime, get, getOwnPropertyDescriptor, getPrototypeOf, inspect, is,
  isArray, isProxy, isWellFormed, list, mapEach, mapSet, mapSize, ownKeys, prototypes, put, setAdd, setEach, setSize,
  slice, toBigint, toNumber, toWellFormed, unitAt, unitsText,
} from "./primordials.js";

const MAX_DEPTH = 50;
const MAX_NODES = 50_000;
const MAX_TEXT = 1_000_000;
const MAX_BIGINT_DIGITS = 65_536;
const MAX_REPR = 500;
const MAX_CLASS_NAME = 200;

/** Thrown where a value is more than is carried; compared by identity. */
export const tooLarge = { __proto__: null };

export function encode(value) {
  return encodePart(value, 0, { __proto__: null, nodes: 0, text: 0 });
}

function encodePart(value, depth, used) {
  used.nodes += 1;
  if (depth > MAX_DEPTH || used.nodes > MAX_NODES) throw tooLarge;
  switch (typeof value) {
    case "undefined": return { __proto__: null, t: "undefined" };
    case "boolean": return { __proto__: null, t: "bool", v: value };
    case "number": return { __proto__: null, t: "number", v: numberText(value) };
    case "bigint": return { __proto__: null, t: "bigint", v: counted(bigintHex(value), used) };
    case "string": return encodeText(value, used);
    case "object": return value === null ? { __proto__: null, t: "null" } : encodeObject(value, depth, used);
    default: return opaque(value, used);
  }
}

function counted(text, used) {
  used.text += text.length;
  if (used.text > MAX_TEXT) throw tooLarge;
  return text;
}

const numberText = (value) => (is(value, -0) ? "-0" : `${value}`);

function bigintHex(value) {
  const text = bigintText(value, 16);
  if (text.length > MAX_BIGINT_DIGITS) throw tooLarge;
  return text;
}

function encodeText(value, used) {
  if (value.length > MAX_TEXT) throw tooLarge;
  if (isWellFormed(value)) return { __proto__: null, t: "str", v: counted(value, used) };
  if (value.length > MAX_TEXT / 4) throw tooLarge;
  let hex = "";
  for (let index = 0; index < value.length; index += 1) hex += slice(bigintText(0x10000n + toBigint(unitAt(value, index)), 16), 1);
  return { __proto__: null, t: "strx", v: counted(hex, used) };
}

function encodeObject(value, depth, used) {
  if (isProxy(value)) return opaque(value, used);
  const prototype = getPrototypeOf(value);
  if (prototype === prototypes.array && isArray(value)) return tagged("list", encodeArray(value, depth, used));
  if (prototype === prototypes.object || prototype === null) return tagged("dict", encodePairs(value, depth, used));
  try {
    if (prototype === prototypes.date) return tagged("date", numberText(dateTime(value)));
    if (prototype === prototypes.map) return tagged("map", encodeMap(value, depth, used));
    if (prototype === prototypes.set) return tagged("set", encodeSet(value, depth, used));
  } catch (error) {
    if (error === tooLarge) throw error;
    return opaque(value, used); // it only claims to be one of these
  }
  return opaque(value, used);
}

const tagged = (t, v) => ({ __proto__: null, t, v });

function encodeArray(value, depth, used) {
  const items = list();
  if (value.length > MAX_NODES) throw tooLarge;
  for (let index = 0; index < value.length; index += 1) {
    const found = getOwnPropertyDescriptor(value, index);
    items[items.length] = encodePart(found === undefined ? undefined : get(value, index), depth + 1, used);
  }
  return items;
}

function encodePairs(value, depth, used) {
  const pairs = list();
  const keys = ownKeys(value);
  if (keys.length > MAX_NODES) throw tooLarge;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index];
    if (typeof key !== "string" || !getOwnPropertyDescriptor(value, key)?.enumerable) continue;
    pairs[pairs.length] = pair(encodeText(key, used), encodePart(get(value, key), depth + 1, used));
  }
  return pairs;
}

function encodeMap(value, depth, used) {
  const pairs = list();
  if (mapSize(value) > MAX_NODES) throw tooLarge;
  mapEach(value, (item, key) => {
    pairs[pairs.length] = pair(encodePart(key, depth + 1, used), encodePart(item, depth + 1, used));
  });
  return pairs;
}

function encodeSet(value, depth, used) {
  const items = list();
  if (setSize(value) > MAX_NODES) throw tooLarge;
  setEach(value, (item) => { items[items.length] = encodePart(item, depth + 1, used); });
  return items;
}

function pair(first, second) {
  const made = list();
  made[0] = first;
  made[1] = second;
  return made;
}

function opaque(value, used) {
  const repr = slice(toWellFormed(shown(value)), 0, MAX_REPR);
  return {
    __proto__: null, t: "object", class: counted(className(value), used), repr: counted(toWellFormed(repr), used),
  };
}

/** A value for people; a student's own way to show it may fail, or lie, or take its time. */
export function shown(value) {
  try {
    const text = inspect(value, { __proto__: null, depth: 3, maxArrayLength: 50, maxStringLength: 400 });
    if (typeof text === "string") return text;
  } catch { /* it shows itself badly */ }
  return `<${className(value)}>`;
}

/** The name of the class a value belongs to, by its prototypes alone: no getter is asked. */
export function className(value) {
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null) return typeof value;
  if (isProxy(value)) return "Proxy";
  for (let prototype = getPrototypeOf(value); prototype !== null; prototype = getPrototypeOf(prototype)) {
    if (isProxy(prototype)) break;
    const name = nameOf(getOwnPropertyDescriptor(prototype, "constructor")?.value);
    if (name) return name;
  }
  return "Object";
}

/** A function's own name, if it is plain text. */
export function nameOf(type) {
  if (typeof type !== "function" || isProxy(type)) return "";
  const name = getOwnPropertyDescriptor(type, "name")?.value;
  return typeof name === "string" ? toWellFormed(slice(name, 0, MAX_CLASS_NAME)) : "";
}

/** The value of a tagged form; `objects` gives what the tag "name" stands for. New each time. */
export function decode(data, objects) {
  switch (data.t) {
    case "undefined": return undefined;
    case "null": return null;
    case "bool": case "str": return data.v;
    case "number": return toNumber(data.v);
    case "bigint": return data.v[0] === "-" ? -toBigint(`0x${slice(data.v, 1)}`) : toBigint(`0x${data.v}`);
    case "strx": return decodeUnits(data.v);
    case "date": return new DateType(toNumber(data.v));
    case "name": return objects(data.v);
    case "list": return decodeArray(data.v, objects);
    case "dict": return decodePairs(data.v, objects);
    case "map": {
      const made = new MapType();
      for (let i = 0; i < data.v.length; i += 1) mapSet(made, decode(data.v[i][0], objects), decode(data.v[i][1], objects));
      return made;
    }
    case "set": {
      const made = new SetType();
      for (let i = 0; i < data.v.length; i += 1) setAdd(made, decode(data.v[i], objects));
      return made;
    }
    default: throw new TypeError("unknown tag");
  }
}

export function decodeArray(items, objects) {
  const made = [];
  for (let index = 0; index < items.length; index += 1) put(made, index, decode(items[index], objects));
  return made;
}

function decodePairs(pairs, objects) {
  const made = {};
  for (let index = 0; index < pairs.length; index += 1) {
    put(made, decode(pairs[index][0], objects), decode(pairs[index][1], objects));
  }
  return made;
}

function decodeUnits(hex) {
  let text = "";
  for (let index = 0; index < hex.length; index += 4) text += unitsText(toNumber(`0x${slice(hex, index, index + 4)}`));
  return text;
}
