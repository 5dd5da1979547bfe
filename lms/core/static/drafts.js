// Keeps what is written: on this device at once, on the server a moment later. A conflict shows both texts.
import { Offline, fromTemplate, send } from "./net.js";

const PAUSE = 1200;

/** Watch the form's code fields. `fields` maps file names to {area, replace}. */
export function keepDrafts(form, fields) {
  const { draftUrl, store } = form.dataset;
  const state = form.querySelector(".draft-state");
  const say = (text) => { state.textContent = text; };
  let version = Number(form.dataset.draftVersion);
  let timer = 0;
  let saving = false;
  let changed = false;
  let leaving = false; // the next page may be made before the text that is on its way is stored
  let unanswered = null; // sent, and nothing is known about whether the server has it

  const files = () => Object.fromEntries([...fields].map(([name, field]) => [name, field.area.value]));
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const remember = () => { try { localStorage.setItem(store, JSON.stringify({ version, files: files() })); } catch { /* full or forbidden */ } };
  const forget = () => { try { localStorage.removeItem(store); } catch { /* forbidden */ } };
  const put = (texts) => { for (const [name, text] of Object.entries(texts)) fields.get(name)?.replace(text); };

  async function save() {
    clearTimeout(timer);
    if (saving) { changed = true; return; }
    saving = true;
    changed = false;
    const sent = files();
    const before = unanswered;
    unanswered = sent;
    say(form.dataset.saving);
    try {
      const response = await send("PUT", draftUrl, { files: sent, version });
      unanswered = null;
      if (response.ok) {
        version = (await response.json()).version;
        if (!same(sent, files())) changed = true;
        else if (leaving) remember();
        else forget();
        say(form.dataset.saved);
      } else if (response.status === 409) {
        const theirs = await response.json();
        if (before && same(theirs.files, before)) { // her own text, whose answer was lost
          version = theirs.version;
          changed = true;
        } else {
          conflict(theirs);
        }
      } else {
        say(form.dataset.unsaved);
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

  function conflict({ files: theirs, version: theirVersion }) {
    const box = fromTemplate("conflict-template");
    box.querySelector(".mine").textContent = Object.values(files()).join("\n\n");
    box.querySelector(".theirs").textContent = Object.values(theirs).join("\n\n");
    box.addEventListener("click", (event) => {
      const keep = event.target.closest("[data-keep]")?.dataset.keep;
      if (!keep) return;
      version = theirVersion;
      if (keep === "theirs") { put(theirs); forget(); say(form.dataset.saved); } else save();
      document.getElementById("conflict").replaceChildren();
    });
    document.getElementById("conflict").replaceChildren(box);
    say("");
  }

  form.addEventListener("input", (event) => {
    if (![...fields.values()].some((field) => field.area === event.target)) return;
    leaving = false; // a download also says that the page is left
    remember();
    later();
  });
  addEventListener("online", () => { if (localStorage.getItem(store)) save(); });
  addEventListener("beforeunload", () => { leaving = true; });
  addEventListener("pagehide", () => { if (timer && localStorage.getItem(store)) remember(); });

  try {
    const kept = JSON.parse(localStorage.getItem(store) ?? "null");
    if (kept && !same(kept.files, files()) && same(Object.keys(kept.files), Object.keys(files()))) {
      version = kept.version;
      put(kept.files);
      save();
    } else {
      forget();
    }
  } catch {
    forget();
  }
  return { save, replaceAll: (texts) => { put(texts); remember(); save(); } };
}
