// A form that is saved while somebody writes: on the server a moment later, and, where the form names a place in the
// device's store, there until the server has it. Without this script the form's own buttons save it.
import { Offline, send } from "./net.js";

const PAUSE = 1500;

const form = document.querySelector("form[data-autosave]");
const state = form.querySelector(".save-state");
const version = form.elements.version;
const { store } = form.dataset;
const say = (text) => { state.textContent = text; };
const texts = () => Object.fromEntries([...form.querySelectorAll("textarea")].map((area) => [area.name, area.value]));
const keep = () => { if (store) try { localStorage.setItem(store, JSON.stringify(texts())); } catch { /* full or forbidden */ } };
const forget = () => { if (store) try { localStorage.removeItem(store); } catch { /* forbidden */ } };

let timer = 0;
let saving = false;
let changed = false;
let leaving = false;
let unloading = false; // the next page may be made before the text that is on its way is stored

async function save() {
  if (saving || leaving) { changed = true; return; }
  saving = true;
  changed = false;
  say(form.dataset.saving);
  try {
    const response = await send("POST", location.href, new FormData(form));
    if (response.ok) {
      version.value = (await response.json()).version;
      if (!changed && !unloading) forget();
      say(form.dataset.saved);
    } else {
      say(response.status === 409 ? form.dataset.conflict : form.dataset.unsaved);
    }
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
    say(form.dataset.kept);
  } finally {
    saving = false;
    if (changed) later();
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

form.addEventListener("input", () => { unloading = false; keep(); later(); });
addEventListener("beforeunload", () => { unloading = true; });
addEventListener("online", () => { if (store && localStorage.getItem(store)) save(); });

// A button sends the version that the form has at that moment: an answer that is still under way would change it.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (!saving) { leaving = true; forget(); return; }
  event.preventDefault();
  const button = event.submitter;
  const again = setInterval(() => {
    if (saving) return;
    clearInterval(again);
    clearTimeout(timer);
    form.requestSubmit(button);
  }, 50);
});

// What the device has kept is newer than what the server knew when the page was made.
try {
  const kept = JSON.parse((store && localStorage.getItem(store)) || "null");
  if (kept) {
    for (const [name, text] of Object.entries(kept)) if (form.elements[name]) form.elements[name].value = text;
    save();
  }
} catch {
  forget();
}
