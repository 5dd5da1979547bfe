// Live cells of a lesson: they share one kernel, so they run one after another, in the order they were asked for.
import { codeField } from "./code-field.js";
import { Offline, fromTemplate, lines, send, sentence } from "./net.js";

const lesson = document.querySelector("[data-cells]");
const { runUrl, inputUrl, interruptUrl, restartUrl, editorUrl } = lesson.dataset;
const texts = document.getElementById("cell-texts").dataset;
let queue = Promise.resolve();

for (const cell of lesson.querySelectorAll(".cell")) setUp(cell);

function setUp(cell) {
  const area = cell.querySelector("textarea");
  const output = cell.querySelector(".output");
  const state = cell.querySelector(".cell-state");
  const buttons = Object.fromEntries([...cell.querySelectorAll("[data-do]")].map((b) => [b.dataset.do, b]));
  const first = area.value;
  let waiting = false;

  const bar = fromTemplate("symbols-template");
  cell.querySelector(".cell-bar").before(bar);
  // Shown with the first touch of the text and never hidden again: a button must not move away under a finger.
  area.addEventListener("focus", () => cell.classList.add("editing"), { once: true });
  const field = codeField(area, { onRun: run, editorUrl, bar });
  const say = (text) => { state.textContent = text; };
  const busy = (on) => {
    buttons.run.disabled = on;
    buttons.stop.hidden = !on;
    cell.classList.toggle("busy", on);
    cell.setAttribute("aria-busy", String(on));
  };

  function run() {
    if (waiting) return;
    waiting = true;
    busy(true);
    say(texts.waiting);
    queue = queue.then(runNow).finally(() => { waiting = false; busy(false); });
  }

  async function runNow() {
    output.replaceChildren();
    say(texts.running);
    let done = null;
    try {
      const response = await send("POST", runUrl, { cell: cell.dataset.cell, code: area.value }, { accept: "application/x-ndjson" });
      if (!response.ok) {
        say(await sentence(response, texts.broken));
        return;
      }
      for await (const line of lines(response)) {
        if (line.type === "done") done = line;
        else show(line);
      }
      say(done ? done.words ?? "" : texts.broken);
      if (done?.outcome === "ok" && !output.hasChildNodes()) output.append(note(texts.silent));
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      say(texts.offline);
    } finally {
      output.querySelector("form.ask")?.remove();
    }
  }

  function show(line) {
    if (line.type === "stream") text(line.name ?? "stdout", line.text);
    else if (line.type === "input") ask(line);
    else if (line.type === "status") say(line.words ?? line.text ?? "");
    else if (line.html !== undefined) output.insertAdjacentHTML("beforeend", line.html);
    else if (line.image) picture(line);
    else if (line.text !== undefined) text("stdout", line.text + "\n");
  }

  function text(name, value) {
    let last = output.lastElementChild;
    if (!last?.matches(`pre.${name}`)) {
      last = document.createElement("pre");
      last.className = name;
      last.dir = "ltr";
      last.translate = false;
      output.append(last);
    }
    last.append(value);
    output.scrollTop = output.scrollHeight;
  }

  function picture(line) {
    const image = new Image();
    image.src = line.image;
    image.alt = line.alt ?? texts.picture;
    output.append(image);
  }

  function ask(line) {
    const form = fromTemplate("ask-template");
    const input = form.querySelector("input");
    const prompt = (line.prompt ?? "").trim();
    if (prompt) form.querySelector("span").textContent = prompt;
    if (line.password) input.type = "password";
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = input.value;
      form.querySelector("button").disabled = true;
      try {
        const response = await send("POST", inputUrl, { cell: cell.dataset.cell, text: answer });
        if (!response.ok) throw new Offline();
        form.remove();
        text("stdout", `${line.prompt ?? ""}${line.password ? "•••" : answer}\n`);
        say(texts.running);
      } catch (error) {
        if (!(error instanceof Offline)) throw error;
        form.querySelector("button").disabled = false;
        say(texts.offline);
      }
    });
    output.append(form);
    say(texts.asking);
    input.focus();
  }

  async function control(url, words) {
    try {
      const response = await send("POST", url, {});
      say(response.ok ? words : await sentence(response, texts.broken));
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      say(texts.offline);
    }
  }

  const note = (words) => {
    const p = document.createElement("p");
    p.className = "soft small";
    p.textContent = words;
    return p;
  };

  buttons.run.addEventListener("click", run);
  buttons.stop.addEventListener("click", () => control(interruptUrl, texts.stopping));
  buttons.restart.addEventListener("click", () => {
    output.replaceChildren();
    control(restartUrl, texts.restarted);
  });
  buttons.reset.addEventListener("click", () => {
    field.replace(first);
    buttons.reset.hidden = true;
  });
  area.addEventListener("input", () => { buttons.reset.hidden = area.value === first; });
  for (const name of ["run", "restart"]) buttons[name].hidden = false;
}
