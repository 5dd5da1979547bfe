// Handing in: sent once however often the link breaks, and each test shown as it ends.
import { codeField } from "./code-field.js";
import { keepDrafts } from "./drafts.js";
import { Offline, lines, randomKey, send, sentence, wait } from "./net.js";

const form = document.getElementById("hand-in");
const button = document.getElementById("hand-in-button");
const result = document.getElementById("result");
const state = document.getElementById("result-state");
const tests = document.getElementById("result-tests");
const key = form.elements.client_key;
const SEND_TRIES = 4;
const PATIENCE = 5000; // then she may hand in another text, even while the first one still waits
let following = null;

const fields = new Map();
for (const box of form.querySelectorAll(".editor")) {
  const area = box.querySelector("textarea");
  const field = codeField(area, {
    onRun: () => form.requestSubmit(),
    editorUrl: form.dataset.editorUrl,
    bar: box.querySelector(".symbols"),
  });
  fields.set(box.dataset.file, { area, ...field });
}
const drafts = keepDrafts(form, fields);

function tell(text, kind = "waiting") {
  const box = document.createElement("div");
  box.className = `verdict ${kind}`;
  const p = document.createElement("p");
  p.textContent = text;
  box.append(p);
  state.replaceChildren(box);
}

/** Post the form; the client key makes a repeated send harmless. Returns the answer or null. */
async function post() {
  for (let turn = 0; turn < SEND_TRIES; turn += 1) {
    try {
      const response = await send("POST", form.action, new FormData(form));
      if (response.ok) return await response.json();
      if (response.status < 500) {
        tell(await sentence(response, form.dataset.failed), "our_fault");
        return null;
      }
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
    }
    if (turn + 1 < SEND_TRIES) {
      tell(form.dataset.again);
      await wait(1000 * 2 ** turn);
    }
  }
  tell(form.dataset.failed, "our_fault");
  return null;
}

async function handIn() {
  following?.abort();
  button.disabled = true;
  button.classList.add("busy");
  result.hidden = false;
  tests.replaceChildren();
  tell(form.dataset.sending);
  result.scrollIntoView({ block: "nearest" });
  try {
    const handedIn = await post();
    if (!handedIn) return;
    key.value = randomKey(); // the next press is another hand-in
    tell(form.dataset.waiting);
    await Promise.race([follow(handedIn.events), wait(PATIENCE)]);
  } finally {
    button.disabled = false;
    button.classList.remove("busy");
  }
}

/** Show the stream of one hand-in up to its verdict; ask again when the link breaks. */
async function follow(url) {
  following?.abort();
  const { signal } = following = new AbortController();
  result.hidden = false;
  for (let turn = 0; !signal.aborted; turn += 1) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/x-ndjson" }, credentials: "same-origin", signal });
      if (response.ok) {
        if (await readEvents(response)) return;
      } else if (response.status < 500) {
        return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Offline) && !(error instanceof TypeError)) throw error;
      tell(form.dataset.lost);
    }
    await wait(Math.min(15000, 1000 * 2 ** turn));
  }
}

async function readEvents(response) {
  tests.replaceChildren();
  const seen = new Set();
  for await (const line of lines(response)) {
    if (line.type === "test" && !seen.has(line.index)) {
      seen.add(line.index);
      tests.insertAdjacentHTML("beforeend", line.html);
    } else if (line.type === "status") {
      if (line.restart) { tests.replaceChildren(); seen.clear(); }
      if (line.html) state.innerHTML = line.html;
    } else if (line.type === "verdict") {
      state.innerHTML = line.html;
      if (line.tests_html !== undefined) tests.innerHTML = line.tests_html;
      document.getElementById("result-title").focus({ preventScroll: true });
      result.scrollIntoView({ block: "start" });
      return true;
    }
  }
  return false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!button.disabled) handIn();
});

document.getElementById("start-again").addEventListener("click", () => {
  const starter = document.getElementById("starter").dataset;
  if (confirm(starter.sure)) drafts.replaceAll(JSON.parse(starter.files));
});

if (form.dataset.eventsUrl) follow(form.dataset.eventsUrl);
