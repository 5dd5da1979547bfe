// The editor behind a textarea: the textarea stays the one that is sent, saved and read by everything else.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore, cursorCharLeft, cursorCharRight, cursorLineDown, cursorLineUp } from "@codemirror/commands";
import { javascript } from "@codemirror/legacy-modes/mode/javascript";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const LANGUAGES = {
  python: { support: python, indent: "    " },
  javascript: { support: () => StreamLanguage.define(javascript), indent: "  " },
};

const colours = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword, t.bool, t.null], color: "var(--kw)", fontWeight: "600" },
  { tag: [t.string, t.special(t.string)], color: "var(--str)" },
  { tag: t.number, color: "var(--num)" },
  { tag: t.comment, color: "var(--com)" },
  { tag: [t.function(t.variableName), t.function(t.definition(t.variableName)), t.standard(t.variableName)], color: "var(--fn)" },
  { tag: [t.className, t.definition(t.className)], color: "var(--cls)" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--code-bg)", color: "var(--ink)", fontSize: ".9375rem" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "-3px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "var(--editor-min, 3.25rem)", overflow: "auto" },
  ".cm-content": { padding: ".75rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem 0 .5rem" },
  ".cm-gutters": { backgroundColor: "var(--code-bg)", color: "var(--ink-soft)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--accent) 28%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)" },
});

/** Put an editor in the place of `textarea`; `label` is read aloud. Returns what the symbol bar needs. */
export function openEditor(textarea, { label, onRun, language }) {
  const { support, indent } = LANGUAGES[language] ?? LANGUAGES.python;
  const indentOrInsert = (view) => {
    if (view.state.selection.ranges.some((range) => !range.empty)) return indentMore(view);
    view.dispatch(view.state.replaceSelection(indent), { scrollIntoView: true, userEvent: "input.type" });
    return true;
  };
  // Styles go into a shadow root as constructed sheets: no <style> element, so the page's policy stays strict.
  const host = document.createElement("div");
  host.className = "editor-host";
  host.dir = "ltr";
  host.translate = false;
  textarea.after(host);
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });

  let silent = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: textarea.value,
      selection: { anchor: Math.min(textarea.selectionStart ?? 0, textarea.value.length) },
      extensions: [
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
        closeBrackets(), highlightActiveLine(), support(), syntaxHighlighting(colours), look,
        indentUnit.of(indent), EditorState.tabSize.of(indent.length),
        EditorView.contentAttributes.of({
          "aria-label": label, tabindex: "0", dir: "ltr", translate: "no", spellcheck: "false", autocapitalize: "off", autocorrect: "off",
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || silent) return;
          textarea.value = update.state.doc.toString();
          textarea.dispatchEvent(new Event("input", { bubbles: true }));
        }),
        keymap.of([
          { key: "Mod-Enter", run: () => { onRun?.(); return true; } },
          ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap,
          { key: "Tab", run: indentOrInsert, shift: indentLess },
        ]),
      ],
    }),
  });
  textarea.hidden = true;

  return {
    focus: () => view.focus(),
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true, userEvent: "input.type" });
      view.focus();
    },
    indent: () => { indentOrInsert(view); view.focus(); },
    dedent: () => { indentLess(view); view.focus(); },
    move: (where) => {
      ({ left: cursorCharLeft, right: cursorCharRight, up: cursorLineUp, down: cursorLineDown })[where](view);
      view.focus();
    },
    replace: (text) => {
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      silent = false;
      textarea.value = text;
    },
  };
}
