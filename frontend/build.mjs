// Bundles every entry of src/ into the web application's assets. Nothing is fetched at run time.
import { readdirSync, readFileSync, rmSync, mkdirSync, renameSync, writeFileSync, copyFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/yihu/hub/assets/dist");
// Built aside, so that a failing build leaves the last good one standing.
const out = `${target}.${process.pid}`;

// One bundle a page, so that the sign-in page does not carry the graph engine.
const entries = {
  base: join(here, "src/base.js"),
  ...Object.fromEntries(
    readdirSync(join(here, "src/pages"))
      .filter((name) => name.endsWith(".js"))
      .map((name) => [basename(name, ".js"), join(here, "src/pages", name)]),
  ),
};

// Every browser in use reads woff2; the older copies of the icon fonts weigh 2.5 MB.
const onlyWoff2 = {
  name: "only-woff2",
  setup(bundler) {
    bundler.onLoad({ filter: /(bpmn|dmn)-font[/\\]css[/\\](bpmn|dmn)\.css$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const [woff2] = text.match(/url\([^)]*\.woff2[^)]*\) format\('woff2'\)/);
      return { contents: text.replace(/src: url\([^)]*\);\s*src: [^;]*;/, `src: ${woff2};`), loader: "css" };
    });
    bundler.onLoad({ filter: /tabler-icons(\.min)?\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/,\s*url\([^)]*\.(?:woff|ttf)\?[^)]*\)\s*format\([^)]*\)/g, ""),
      loader: "css",
    }));
  },
};

// The cell editor (CodeMirror) makes style elements, which the content policy forbids; constructed sheets are allowed.
const constructedSheets = {
  name: "constructed-sheets",
  setup(bundler) {
    bundler.onLoad({ filter: /style-mod[/\\]src[/\\]style-mod\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const changed = text.replace("!root.head && root.adoptedStyleSheets", "root.adoptedStyleSheets");
      if (changed === text) throw new Error("style-mod has changed: look at how it adds its sheets");
      return { contents: changed, loader: "js" };
    });
  },
};

mkdirSync(out, { recursive: true });
const shared = { bundle: true, minify: true, logLevel: "warning", legalComments: "none", target: ["es2022"] };
const bundle = (options) =>
  build({ ...shared, ...options }).catch((error) => {
    rmSync(out, { recursive: true, force: true });
    console.error(error.message);
    process.exit(1);
  });
await bundle({
  entryPoints: entries,
  outdir: out,
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file" },
  plugins: [onlyWoff2, constructedSheets],
});
await bundle({
  entryPoints: { base: join(here, "src/base.css") },
  outdir: out,
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file" },
  plugins: [onlyWoff2],
});
copyFileSync(join(here, "src/mark.svg"), join(out, "mark.svg"));
writeFileSync(join(out, ".built"), "");
rmSync(target, { recursive: true, force: true });
renameSync(out, target);
