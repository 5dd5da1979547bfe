// The exercise workbench: values are checked as they are typed; on a phone the parts begin closed.
import { codeField } from "./code-field.js";
import { send } from "./net.js";

const form = document.getElementById("bench");
const PAUSE = 400;

for (const area of form.querySelectorAll(".editor-text")) codeField(area, { editorUrl: form.dataset.editorUrl });

// Another kind has other fields: they come at once, where without scripts a button brings them.
for (const select of form.querySelectorAll(".wb-kind select")) {
  const button = select.closest(".wb-kind").querySelector("button");
  button.hidden = true;
  select.addEventListener("change", () => form.requestSubmit(button));
}
for (const box of form.querySelectorAll("input[name$='.printing']")) {
  box.addEventListener("change", () => {
    const button = box.closest(".wb-row").querySelector(".wb-kind button");
    form.requestSubmit(button);
  });
}

/** Say beside the field what the checker says of its value. */
function tell(input, sentence) {
  const id = `${input.id}-typed`;
  let told = document.getElementById(id);
  if (!told && !sentence) return;
  if (!told) {
    told = document.createElement("p");
    told.id = id;
    told.className = "error-text";
    told.lang = "en";
    told.dir = "ltr";
    told.setAttribute("role", "status");
    input.closest(".field").append(told);
  }
  for (const old of input.closest(".field").querySelectorAll(".error-text")) if (old !== told) old.remove();
  told.textContent = sentence;
  told.hidden = !sentence;
  input.setAttribute("aria-invalid", sentence ? "true" : "false");
  input.closest(".field").classList.toggle("has-error", Boolean(sentence));
}

for (const input of form.querySelectorAll("[data-check]")) {
  let timer = 0;
  let turn = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      turn += 1;
      const mine = turn;
      try {
        const answer = await send("POST", form.dataset.checkUrl, {
          kernel: form.elements.kernel.value, what: input.dataset.check, text: input.value,
        });
        if (answer.ok && mine === turn) tell(input, (await answer.json()).sentence);
      } catch {
        // Offline: saving tells.
      }
    }, PAUSE);
  });
}

// Nothing typed is lost by a slip of the finger.
let changed = "unsaved" in form.dataset;
form.addEventListener("input", () => { changed = true; });
form.addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

if (matchMedia("(max-width: 48rem)").matches) {
  const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  for (const part of form.querySelectorAll(".wb-part")) {
    const wanted = (target && (part === target || part.contains(target))) || part.querySelector(".has-error, .error-text");
    if (!wanted && part !== form.querySelector(".wb-part")) part.open = false;
  }
  target?.scrollIntoView();
}
