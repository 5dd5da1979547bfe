// A textarea for code: indenting, a bar of symbols for phones, and the large editor when the connection can bear it.
// By the language of the field: what one step of indenting is, and after which line the next one begins a step deeper.
const STEPS = {
  python: { indent: "    ", opens: /:\s*(#.*)?$/ },
  javascript: { indent: "  ", opens: /[{([]\s*(\/\/.*)?$/ },
};
const PAIRS = { "(": ")", "[": "]", "{": "}", '"': '"', "'": "'" };

/** Make `textarea` comfortable. `onRun` is called by Ctrl/Cmd+Enter. Returns {focus, replace}. */
export function codeField(textarea, { onRun, editorUrl, bar }) {
  let editor = plain(textarea);
  const label = textarea.getAttribute("aria-label") ?? textarea.labels?.[0]?.textContent ?? "";
  let leaving = false;

  textarea.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onRun?.();
    } else if (event.key === "Escape") {
      leaving = true; // the next Tab leaves the field
    } else if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      if (event.shiftKey) editor.dedent(); else editor.indent();
    } else if (event.key === "Enter" && !event.isComposing && !event.shiftKey) {
      event.preventDefault();
      editor.newLine();
    } else if (event.key !== "Shift") {
      leaving = false;
    }
  });
  textarea.addEventListener("blur", () => { leaving = false; });

  if (bar) {
    bar.hidden = false;
    // pointerdown would take the focus, and with it the phone's keyboard, away from the text
    bar.addEventListener("pointerdown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const { act, text } = button.dataset;
      if (act === "indent") editor.indent();
      else if (act === "dedent") editor.dedent();
      else if (act) editor.move(act);
      else editor.insert(text);
    });
  }

  if (editorUrl && mayLoadEditor()) {
    textarea.addEventListener("focus", async () => {
      try {
        const { openEditor } = await import(editorUrl);
        const focused = document.activeElement === textarea;
        editor = openEditor(textarea, { label, onRun, language: textarea.dataset.language });
        if (focused) editor.focus();
      } catch {
        // The plain field does everything that is needed.
      }
    }, { once: true });
  }
  return { focus: () => editor.focus(), replace: (text) => editor.replace(text) };
}

function mayLoadEditor() {
  const connection = navigator.connection;
  return !(connection?.saveData || /(^|-)2g|3g/.test(connection?.effectiveType ?? ""));
}

function plain(area) {
  const { indent: step, opens } = STEPS[area.dataset.language] ?? STEPS.python;
  const put = (text) => {
    area.focus();
    // execCommand keeps the browser's own undo; setRangeText does not.
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const lineStart = (position) => area.value.lastIndexOf("\n", position - 1) + 1;
  const changeLines = (change) => {
    const from = lineStart(area.selectionStart);
    const to = area.selectionEnd;
    const before = area.value.slice(from, to);
    const after = change(before);
    if (after === before) return;
    area.setSelectionRange(from, to);
    put(after);
    if (before.includes("\n")) area.setSelectionRange(from, from + after.length);
  };
  return {
    focus: () => area.focus(),
    insert: (text) => {
      put(text + (PAIRS[text] ?? ""));
      if (PAIRS[text]) area.setSelectionRange(area.selectionEnd - 1, area.selectionEnd - 1);
    },
    indent: () => {
      if (area.selectionStart === area.selectionEnd) put(step);
      else changeLines((text) => text.replace(/^(?=.)/gm, step));
    },
    dedent: () => changeLines((text) => text.replace(new RegExp(`^ {1,${step.length}}`, "gm"), "")),
    newLine: () => {
      const line = area.value.slice(lineStart(area.selectionStart), area.selectionStart);
      const indent = line.match(/^ */)[0];
      put("\n" + indent + (opens.test(line) ? step : ""));
    },
    move: (where) => {
      area.focus();
      const at = area.selectionStart;
      const start = lineStart(at);
      const column = at - start;
      let to = at;
      if (where === "left") to = Math.max(0, at - 1);
      else if (where === "right") to = Math.min(area.value.length, at + 1);
      else if (where === "up" && start > 0) to = Math.min(lineStart(start - 1) + column, start - 1);
      else if (where === "down") {
        const end = area.value.indexOf("\n", at);
        if (end >= 0) {
          const nextEnd = area.value.indexOf("\n", end + 1);
          to = Math.min(end + 1 + column, nextEnd < 0 ? area.value.length : nextEnd);
        }
      }
      area.setSelectionRange(to, to);
    },
    replace: (text) => { area.value = text; },
  };
}
