// Bundles the page's sources into a folder, by default ../bundle: page.html, view.js, style.css, editor.js, editor.css, and
// the licences of what is in them.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const here = new URL("./", import.meta.url);
const bundle = pathToFileURL(`${process.argv[2] ?? fileURLToPath(new URL("../bundle", here))}/`);
await mkdir(bundle, { recursive: true });
const { metafile } = await build({
  absWorkingDir: fileURLToPath(here),
  bundle: true,
  charset: "utf8",
  entryPoints: { view: "src/main.js", style: "src/style.css", editor: "src/editor.js" },
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  outdir: fileURLToPath(bundle),
  target: "es2022",
});
await writeFile(new URL("page.html", bundle), await readFile(new URL("src/page.html", here)));

// Whatever package has a file in the bundle has its licence beside it, and so have those that it may have within.
const names = new Set(Object.keys(metafile.inputs).map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]));
names.delete(undefined);
for (const name of names) {
  const { dependencies } = JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, here), "utf8"));
  for (const each of Object.keys(dependencies ?? {})) names.add(each);
}
const texts = [];
for (const name of [...names].sort()) {
  const folder = new URL(`node_modules/${name}/`, here);
  const { version, license } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file
    ? await readFile(new URL(file, folder), "utf8")
    : `Licensed under ${license}; the package holds no text.`;
  texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await writeFile(new URL("THIRD_PARTY_LICENSES.txt", bundle), texts.join(`\n${"-".repeat(78)}\n\n`));
