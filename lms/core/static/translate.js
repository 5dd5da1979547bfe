// Translating: faults are told while somebody writes, and one text is saved alone. Without this script the form does it.
import { Offline, send } from "./net.js";

const PAUSE = 600;

const form = document.querySelector("form.bench");
const { dataset } = form;
const rowOf = (element) => element.closest(".bench-row");
const areas = (row) => [...row.querySelectorAll("textarea")];

function say(row, text) {
  row.querySelector(".bench-said").textContent = text;
}

function showFaults(row, faults) {
  const list = row.querySelector(".bench-faults");
  list.replaceChildren(...faults.map((fault) => {
    const item = document.createElement("li");
    item.className = "error-text";
    item.textContent = fault;
    return item;
  }));
}

const timers = new Map();
const asked = new Map();

async function lint(row) {
  asked.get(row)?.abort();
  const stop = new AbortController();
  asked.set(row, stop);
  const body = new FormData();
  body.append("key", row.dataset.key);
  areas(row).forEach((area, n) => body.append(areas(row).length > 1 ? `text-${n}` : "text", area.value));
  try {
    const response = await send("POST", dataset.lint, body, { signal: stop.signal });
    if (response.ok) showFaults(row, (await response.json()).faults);
  } catch (error) {
    // Without a connection nothing is said; saving says it again.
    if (!(error instanceof Offline) && error.name !== "AbortError") throw error;
  }
}

form.addEventListener("input", (event) => {
  const row = rowOf(event.target);
  if (!row) return;
  row.dataset.changed = "";
  say(row, dataset.leave);
  clearTimeout(timers.get(row));
  timers.set(row, setTimeout(() => lint(row), PAUSE));
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const row = rowOf(button);
  const [area] = areas(row);
  area.value = row.querySelector("[data-source]").textContent;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
});

function showTheirs(row, texts) {
  row.querySelector(".bench-theirs-now")?.remove();
  const box = document.createElement("div");
  box.className = "notice warning bench-theirs-now";
  const inside = document.createElement("div");
  inside.append(dataset.clash);
  const { lang, dir } = areas(row)[0];
  for (const text of texts) inside.append(Object.assign(document.createElement("p"), { className: "bench-theirs", lang, dir, textContent: text }));
  box.append(inside);
  row.querySelector(".bench-target").prepend(box);
}

function told(row, now) {
  row.querySelector(`[name="seen-${row.dataset.key}"]`).value = now.seen;
  const badge = row.querySelector("[data-state]");
  const kinds = { stale: "warning", faulty: "failed", missing: "", draft: "accent", reviewed: "success" };
  badge.dataset.state = now.state;
  badge.className = `badge ${kinds[now.state]}`;
  badge.textContent = now.word;
  showFaults(row, now.faults);
  if (now.theirs) {
    showTheirs(row, now.theirs);
    say(row, "");
    return;
  }
  delete row.dataset.changed;
  row.querySelector(".bench-theirs-now")?.remove();
  say(row, now.own ? dataset.own : now.faults.length ? dataset.faulty : dataset.saved);
}

// One text goes alone: a weak connection carries little.
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const row = button && rowOf(button);
  if (!row) return;
  event.preventDefault();
  const body = new FormData();
  for (const element of row.querySelectorAll("input, textarea")) body.append(element.name, element.value);
  body.append(button.name, button.value);
  button.disabled = true;
  say(row, dataset.saving);
  try {
    const response = await send("POST", form.action, body);
    const type = response.headers.get("Content-Type") ?? "";
    const answer = type.includes("json") ? await response.json() : {};
    const now = answer.texts?.[row.dataset.key];
    if (now) told(row, now);
    else say(row, answer.gone?.length ? dataset.gone : answer.sentence ?? dataset.failed);
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
    say(row, dataset.offline);
  } finally {
    button.disabled = false;
  }
});

let leaving = false;
form.addEventListener("submit", (event) => { if (!event.defaultPrevented) leaving = true; });
addEventListener("beforeunload", (event) => {
  if (!leaving && form.querySelector(".bench-row[data-changed]")) event.preventDefault();
});
