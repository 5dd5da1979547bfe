// JavaScript as it was before a student's code ran: what that code changes afterwards changes nothing here.
// A method `Type.prototype.method` is kept as a function of its `this`; nothing below is looked up again.
import { inspect, types } from "node:util";
import { SourceTextModule } from "node:vm";
import { inflateSync } from "node:zlib";

const { apply, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { call } = Function.prototype;
const method = Function.prototype.bind.bind(call);

export { SourceTextModule, apply, getOwnPropertyDescriptor, getPrototypeOf, inflateSync, inspect, ownKeys };
export const { defineProperty, is, setPrototypeOf } = Object;
export const { construct, deleteProperty, get } = Reflect;
export const { isProxy, isNativeError } = types;
export const { isArray } = Array;
export const parseJson = JSON.parse;
export const textDecode = method(TextDecoder.prototype.decode);
export const decoder = new TextDecoder();
export const bytesOfBase64 = Uint8Array.fromBase64;
export const bigintText = method(BigInt.prototype.toString);
export const toBigint = BigInt;
export const toNumber = Number;
export const isWellFormed = method(String.prototype.isWellFormed);
export const toWellFormed = method(String.prototype.toWellFormed);
export const unitAt = method(String.prototype.charCodeAt);
export const unitsText = String.fromCharCode;
export const slice = method(String.prototype.slice);
export const indexOf = method(String.prototype.indexOf);
export const replaceAll = method(String.prototype.replaceAll);
export const splitText = method(String.prototype.split);
export const joinText = method(Array.prototype.join);
export const match = method(RegExp.prototype.exec);
export const dateTime = method(Date.prototype.getTime);
export const mapSize = method(getOwnPropertyDescriptor(Map.prototype, "size").get);
export const mapEach = method(Map.prototype.forEach);
export const mapGet = method(Map.prototype.get);
export const mapDelete = method(Map.prototype.delete);
export const mapSet = method(Map.prototype.set);
export const setSize = method(getOwnPropertyDescriptor(Set.prototype, "size").get);
export const setEach = method(Set.prototype.forEach);
export const setAdd = method(Set.prototype.add);
export const errorStack = method(getOwnPropertyDescriptor(new Error(), "stack").get ?? (() => undefined));
export const { createObjectURL, revokeObjectURL } = URL;
export const later = globalThis.setTimeout;
export const clearLater = globalThis.clearTimeout;
export const soon = globalThis.queueMicrotask;
export const every = globalThis.setInterval;
export const clearEvery = globalThis.clearInterval;
export const randomUuid = crypto.randomUUID.bind(crypto);
export const listen = EventTarget.prototype.addEventListener.bind(globalThis);
export const broadcast = Deno.jupyter.broadcast;
export const Console = Deno[Deno.internal].Console;
export const PromiseType = Promise;
export const MapType = Map;
export const SetType = Set;
export const DateType = Date;
export const BlobType = Blob;

export const prototypes = {
  __proto__: null,
  array: Array.prototype, object: Object.prototype, map: Map.prototype, set: Set.prototype, date: Date.prototype,
};

/** A list without a prototype: what is put at an index can meet no setter. */
export const list = () => setPrototypeOf([], null);

/** A data property, whatever the prototypes hold by now. */
export function put(target, key, value) {
  defineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

const native = list();
for (const type of [
  Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, DOMException,
]) native[native.length] = { __proto__: null, type, name: type.name };

/** The name of a class of errors that JavaScript itself has; "" for every other. */
export function nativeErrorName(type) {
  for (let index = 0; index < native.length; index += 1) {
    if (native[index].type === type) return native[index].name;
  }
  return "";
}
