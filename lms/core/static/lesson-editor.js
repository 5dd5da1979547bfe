// The lesson editor: preview and faults while somebody writes, parts put in where the cursor is, and nothing lost.
// Everything here can also be done with the page's own buttons.
import { Offline, send } from "./net.js";

const PAUSE = 700;
const BEARABLE = 1_500_000; // bytes of a picture that may be sent as it is
const LARGEST_SIDE = 1600;

const form = document.getElementById("lesson-form");
const area = form.elements.text;
const frame = document.getElementById("preview");
const box = form.querySelector(".preview-frame");
const faults = document.getElementById("faults");
const said = form.querySelector(".insert-said");
const previewState = form.querySelector(".preview-state");
const saveState = form.querySelector(".save-state");
const { store } = form.dataset;

// ---- What is not saved is kept on this device, and leaving with it asks -------------------------------------------
const first = area.value;
let leaving = false;
const changed = () => "unsaved" in form.dataset || area.value !== first;
const remember = () => { try { localStorage.setItem(store, JSON.stringify({ base: form.elements.base.value, text: area.value })); } catch { /* full or forbidden */ } };
const forget = () => { try { localStorage.removeItem(store); } catch { /* forbidden */ } };
const kept = () => { try { return JSON.parse(localStorage.getItem(store) ?? "null"); } catch { return null; } };

if ("saved" in form.dataset) {
  forget();
  history.replaceState(null, "", location.pathname); // a page that is opened again was not just saved
} else {
  offer(kept());
}

function offer(found) {
  const notice = document.getElementById("kept-text");
  if (typeof found?.text !== "string" || "unsaved" in form.dataset) return;
  if (found.text.trimEnd() === area.value.trimEnd()) { forget(); return; }
  notice.hidden = false;
  notice.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-kept]")?.dataset.kept;
    if (!choice) return;
    notice.hidden = true;
    if (choice === "drop") { forget(); return; }
    form.elements.base.value = found.base; // what others have changed since then is merged when it is saved
    area.value = found.text;
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

area.addEventListener("input", () => {
  remember();
  saveState.textContent = changed() ? form.dataset.changed : "";
  later();
});
addEventListener("beforeunload", (event) => { if (changed() && !leaving) event.preventDefault(); });

// ---- The preview --------------------------------------------------------------------------------------------------
let timer = 0;
let asking = null;
const later = () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); };

async function ask() {
  clearTimeout(timer);
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const body = new FormData();
  for (const name of ["lesson", "text", "dir", "width"]) body.set(name, form.elements[name].value);
  previewState.textContent = form.dataset.waiting;
  try {
    const response = await send("POST", form.dataset.preview, body, { signal: mine.signal });
    const answer = await response.json();
    if (!response.ok) { previewState.textContent = answer.sentence ?? form.dataset.failed; return; }
    faults.innerHTML = answer.faults;
    show(answer.document);
    previewState.textContent = "";
  } catch (error) {
    if (error.name === "AbortError") return;
    previewState.textContent = error instanceof Offline ? form.dataset.offline : form.dataset.failed;
  }
}

// The frame may run no script. It stays where its reader was, and its links lead nowhere but inside it.
function show(page) {
  const top = frame.contentWindow?.scrollY ?? 0;
  frame.addEventListener("load", () => {
    const { contentDocument: inside, contentWindow: view } = frame;
    if (!inside) return;
    view.scrollTo(0, top);
    inside.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link) return;
      event.preventDefault();
      const name = decodeURIComponent(link.hash.slice(1));
      if (link.getAttribute("href").startsWith("#")) inside.getElementById(name)?.scrollIntoView();
    });
  }, { once: true });
  frame.srcdoc = page;
}

form.elements.width.addEventListener("change", () => { box.dataset.width = form.elements.width.value; });
form.elements.dir.addEventListener("change", ask);
box.dataset.width = form.elements.width.value;
ask();

// ---- From a fault to its line -------------------------------------------------------------------------------------
faults.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link) return;
  event.preventDefault();
  const lines = area.value.split("\n");
  const number = Math.min(Number(link.dataset.line), lines.length);
  const from = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  area.focus({ preventScroll: true });
  area.setSelectionRange(from, from + lines[number - 1].length);
  area.scrollTop = Math.max(0, heightOf(area.value.slice(0, from)) - area.clientHeight / 3);
  area.scrollIntoView({ block: "center" });
});

// How high a text stands in the field: the same text in a copy of it, which has the height of its lines.
function heightOf(text) {
  const copy = area.cloneNode();
  copy.removeAttribute("id");
  copy.removeAttribute("name");
  copy.rows = 1;
  copy.value = text;
  copy.classList.add("measure");
  copy.style.inlineSize = `${area.offsetWidth}px`;
  area.after(copy);
  const height = copy.scrollHeight;
  copy.remove();
  return height;
}

// ---- Parts are put in where the cursor is -------------------------------------------------------------------------
function put(text, inline) {
  let from = area.selectionStart;
  let to = area.selectionEnd;
  let piece = text;
  if (!inline) {
    const end = area.value.indexOf("\n", to);
    from = to = end < 0 ? area.value.length : end;
    const line = area.value.slice(area.value.lastIndexOf("\n", from - 1) + 1, from);
    const rest = area.value.slice(to);
    const after = !rest.trim() || /^\n[ \t]*\n/.test(rest) ? "" : "\n";
    piece = (line.trim() ? "\n\n" : from ? "\n" : "") + text.trimEnd() + after;
  }
  area.focus();
  area.setSelectionRange(from, to);
  // execCommand keeps the browser's own undo; setRangeText does not.
  if (!document.execCommand("insertText", false, piece)) {
    area.setRangeText(piece, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

async function insert(button) {
  const panel = button.closest(".panel");
  const body = new FormData(form);
  body.set("action", button.value);
  body.delete("note");
  await shrink(body);
  button.disabled = true;
  said.textContent = "";
  try {
    const response = await send("POST", form.getAttribute("action"), body);
    const answer = await response.json();
    if (!answer.panel) { said.textContent = answer.sentence ?? form.dataset.notput; return; }
    panel.innerHTML = answer.panel;
    sort(panel);
    if (!response.ok) { panel.querySelector(".has-error :is(input, textarea, select)")?.focus(); return; }
    panel.closest("details").open = false;
    put(answer.text, answer.inline);
    said.textContent = form.dataset.put;
  } catch (error) {
    said.textContent = error instanceof Offline ? form.dataset.offline : form.dataset.notput;
  } finally {
    button.disabled = false;
  }
}

// A photo of a phone is made small before it is sent: data costs money.
async function shrink(body) {
  for (const [name, file] of [...body]) {
    if (!(file instanceof File) || file.size <= BEARABLE || file.type === "image/svg+xml") continue;
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
      if (small) body.set(name, small, file.name);
    } catch { /* The server says what is wrong with it. */ }
  }
}

// Of the form for questions only what belongs to the chosen kind is shown.
function sort(panel) {
  const kind = panel.querySelector("#quiz-kind");
  if (!kind) return;
  const shown = () => {
    for (const part of panel.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind.value);
  };
  kind.addEventListener("change", shown);
  shown();
}
for (const panel of form.querySelectorAll(".panel")) sort(panel);

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=file])")) {
    event.preventDefault();
    const button = event.target.closest(".panel")?.querySelector("button[name=action]");
    if (button) button.click(); else form.querySelector("button[value=save]").click();
  } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.querySelector("button[value=save]").click();
  }
});
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.value.startsWith("insert-")) {
    event.preventDefault();
    insert(button);
  } else if (button?.value !== "preview") {
    leaving = true;
  }
});
