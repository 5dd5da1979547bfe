// Talking to the server: one way to send, one way to read a stream of JSON lines.
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Raised when no answer came at all: nothing is known about whether the server got it. */
export class Offline extends Error {}

/** Send and return the Response; `body` is FormData or something for JSON. Throws Offline without an answer. */
export async function send(method, url, body, { accept = "application/json", signal } = {}) {
  const headers = { "Accept": accept, "X-CSRFToken": token };
  if (!(body instanceof FormData)) headers["Content-Type"] = "application/json";
  try {
    return await fetch(url, {
      method, headers, signal, credentials: "same-origin",
      body: body instanceof FormData ? body : JSON.stringify(body ?? {}),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Offline(error.message);
  }
}

/** The objects of an NDJSON answer, as they arrive. Throws Offline if the stream breaks. */
export async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    let chunk;
    try {
      chunk = await reader.read();
    } catch (error) {
      throw new Offline(error.message);
    }
    rest += chunk.value ?? "";
    const parts = rest.split("\n");
    rest = parts.pop();
    for (const part of parts) if (part.trim()) yield JSON.parse(part);
    if (chunk.done) break;
  }
  if (rest.trim()) yield JSON.parse(rest);
}

/** The server's own sentence for an answer that is an error, or `fallback`. */
export async function sentence(response, fallback) {
  try {
    return (await response.json()).sentence ?? fallback;
  } catch {
    return fallback;
  }
}

export const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** A random key; crypto.randomUUID is missing on plain-http addresses of a school's own network. */
export function randomKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A copy of a <template>'s only element. */
export const fromTemplate = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
