// Questions answered without loading the page again, and lines put in order by buttons.
import { send, sentence } from "./net.js";

function enhanceOrder(form) {
  const list = form.querySelector(".order");
  if (!list) return;
  const renumber = () => {
    [...list.children].forEach((item, index) => {
      item.querySelector("select").value = String(index + 1);
      item.querySelector('[data-move="up"]').disabled = index === 0;
      item.querySelector('[data-move="down"]').disabled = index === list.children.length - 1;
    });
  };
  const place = (item) => Number(item.querySelector("select").value) || list.children.length;
  [...list.children].sort((a, b) => place(a) - place(b)).forEach((item) => list.append(item));
  renumber();
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    if (button.dataset.move === "up") item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    renumber();
    // A button that has just been disabled cannot keep the focus.
    (button.disabled ? item.querySelector("[data-move]:not(:disabled)") : button)?.focus();
    form.querySelector(".order-said").textContent = list.dataset.moved.replace("{place}", [...list.children].indexOf(item) + 1);
  });
}

function enhance(form) {
  enhanceOrder(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      const response = await send("POST", form.action, new FormData(form), { accept: "application/json" });
      if (!response.ok) {
        say(form, await sentence(response, form.dataset.offline));
        return;
      }
      const { html } = await response.json();
      const box = form.closest(".quiz");
      const fresh = document.createRange().createContextualFragment(html).querySelector(".quiz");
      box.replaceWith(fresh);
      enhance(fresh.querySelector("form"));
      const feedback = fresh.querySelector(".quiz-result");
      feedback?.focus();
    } catch {
      say(form, form.dataset.offline);
    } finally {
      button.disabled = false;
    }
  });
}

function say(form, text) {
  form.querySelector(".quiz-said").textContent = text;
}

for (const form of document.querySelectorAll(".quiz form")) enhance(form);
