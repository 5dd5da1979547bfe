// On the page of a review: the comment box comes to the line that was tapped, and remarks go into it.
const form = document.getElementById("review-form");
const box = document.getElementById("comment");
const home = document.getElementById("comment-home");
const about = box.querySelector(".comment-about");
const area = document.getElementById("comment-text");
const remark = document.getElementById("remark");

/** Put the box below the chosen line, or back to its place. Moving it takes the focus away, so not without need. */
function place(choice) {
  const line = choice.closest(".code-line");
  const target = line ?? home;
  if (box.parentElement !== target) target.append(box);
  about.hidden = !line;
  about.textContent = line ? box.dataset.line.replace("{line}", choice.value.split(":")[1]) : "";
}

form.addEventListener("change", (event) => {
  if (event.target.name === "line") place(event.target);
});

// A tap goes on to writing; the arrow keys, which walk through the lines, must keep the focus where it is.
form.addEventListener("click", (event) => {
  if (event.target.name !== "line" || event.detail === 0 || !event.target.closest(".code-line")) return;
  place(event.target);
  area.focus();
  box.scrollIntoView({ block: "nearest" });
});

remark?.addEventListener("change", () => {
  const text = remark.selectedOptions[0].dataset.text;
  if (!text) return;
  area.value = [area.value.trim(), text].filter(Boolean).join("\n\n");
  remark.value = "";
  area.focus();
});

place(form.querySelector("input[name=line]:checked"));
