// Bundles editor.js into one file. The output must not depend on the machine: check_editor.sh compares it.
import { build } from "esbuild";

const outfile = process.argv[2] ?? new URL("../static/editor/editor.js", import.meta.url).pathname;

await build({
  entryPoints: [new URL("editor.js", import.meta.url).pathname],
  absWorkingDir: new URL(".", import.meta.url).pathname,
  outfile,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* Passerelle's editor with CodeMirror 6 (MIT licence, Marijn Haverbeke and others). Built from lms/core/editor. */" },
});
