// Builds the widget into ../static/widget, or with --check says whether what is there is just that.
// The files that are built are committed, so that a fresh clone runs without Node; see ADR 0025.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "..", "static", "widget");
const KIB = 1024;
const BUDGETS = { loader: 3 * KIB, everything: 25 * KIB };

const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  format: "iife",
  minify: true,
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  write: false,
};

// Style sheets become strings, which are adopted by the shadow root: no inline style is needed.
const sheets = {
  name: "sheets",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const { code } = await esbuild.transform(css, {
        loader: "css",
        minify: true,
        target: COMMON.target,
      });
      return { contents: ownUnits(code.trim()), loader: "text" };
    });
  },
};

// `rem` follows the page's root element, which many sites set to 62.5% or worse. What is written as
// rem becomes multiples of the visitor's own text size, which the loader measures; media queries
// measure by that already.
function ownUnits(css) {
  return css
    .split(/(@media[^{]*)/)
    .map((part) =>
      part.startsWith("@media")
        ? part
        : part.replace(/(-?[\d.]+)rem/g, (_, number) => `calc(${number}*var(--u))`),
    )
    .join("");
}

async function bundle(entry, define = {}) {
  const result = await esbuild.build({
    ...COMMON,
    entryPoints: [join("src", entry)],
    define,
    plugins: [sheets],
  });
  return Buffer.from(result.outputFiles[0].contents);
}

async function files() {
  const app = await bundle("app.ts");
  const version = createHash("sha256").update(app).digest("hex").slice(0, 12);
  const integrity = `sha384-${createHash("sha384").update(app).digest("base64")}`;
  const loader = await bundle("loader.ts", {
    APP_ADDRESS: JSON.stringify(`widget/app.js?v=${version}`),
    APP_INTEGRITY: JSON.stringify(integrity),
  });
  const built = new Map([
    ["loader.js", loader],
    ["app.js", app],
  ]);
  const texts = join(HERE, "src", "texts");
  for (const name of (await readdir(texts)).sort()) {
    const words = JSON.parse(await readFile(join(texts, name), "utf8"));
    built.set(`texts/${name}`, Buffer.from(`${JSON.stringify(words)}\n`));
  }
  return built;
}

function weigh(built) {
  const sizes = [...built].map(([name, content]) => [name, gzipSync(content, { level: 9 }).length]);
  const loader = Object.fromEntries(sizes)["loader.js"];
  const everything = sizes.reduce((sum, [, size]) => sum + size, 0);
  for (const [name, size] of sizes) console.log(`${name}: ${size} bytes gzip`);
  console.log(`everything: ${everything} bytes gzip`);
  if (loader > BUDGETS.loader) throw new Error(`the loader is over ${BUDGETS.loader} bytes gzip`);
  if (everything > BUDGETS.everything)
    throw new Error(`everything is over ${BUDGETS.everything} bytes gzip`);
}

async function check(built) {
  for (const [name, content] of built) {
    const there = await readFile(join(OUT, name)).catch(() => Buffer.alloc(0));
    if (!there.equals(content))
      throw new Error(`static/widget/${name} is not what the sources give: run \`make widget\``);
  }
}

async function write(built) {
  await mkdir(join(OUT, "texts"), { recursive: true });
  for (const [name, content] of built) await writeFile(join(OUT, name), content);
}

try {
  const built = await files();
  await (process.argv.includes("--check") ? check(built) : write(built));
  weigh(built);
} catch (error) {
  console.error(`widget: ${error.message}`);
  process.exitCode = 1;
}
