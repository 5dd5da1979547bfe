// The table of a try: fetched again while programs run. What the reader has opened stays open.
const box = document.getElementById("try");
const EVERY = 1000;

function take(html) {
  const open = new Set([...box.querySelectorAll("details[open]")].map((row) => row.id));
  const closed = new Set([...box.querySelectorAll("details:not([open])")].map((row) => row.id));
  const focused = document.activeElement?.closest?.("details")?.id;
  box.innerHTML = html;
  for (const row of box.querySelectorAll("details[id]")) {
    if (open.has(row.id)) row.open = true;
    else if (closed.has(row.id) && !row.classList.contains("failed")) row.open = false;
  }
  if (focused) document.getElementById(focused)?.querySelector("summary")?.focus();
}

async function follow() {
  let wait = EVERY;
  while (box.querySelector("[data-open='1']")) {
    await new Promise((done) => { setTimeout(done, wait); });
    try {
      const answer = await fetch(box.dataset.url, { credentials: "same-origin" });
      if (!answer.ok) return;
      take(await answer.text());
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, 15000); // the link is broken: ask less often
    }
  }
}

follow();
