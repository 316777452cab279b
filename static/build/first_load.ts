// Weighs what a counter's first screen loads, gzipped and without the decoder: the page, its code and styles, and the
// phone's with all they import. A build above the bar fails, so that nobody makes the phone wait without noticing.
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

const BAR_BYTES = 60_000;
const FIRST_SCREEN = "/src/ui/phone/PhoneLayout.tsx";

type Bundle = Rolldown.OutputBundle;

/** File names of the page, of what it and the first screen import, however far down, and of their styles. */
function firstFiles(bundle: Bundle): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
  const first = chunks.filter((chunk) => chunk.isEntry || chunk.facadeModuleId?.endsWith(FIRST_SCREEN));
  if (first.length < 2) throw new Error(`no chunk of ${FIRST_SCREEN}: what is loaded first cannot be weighed`);
  const seen = new Set(["index.html"]);
  const open = first.map((chunk) => chunk.fileName);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const file = bundle[name];
    if (seen.has(name) || !file) continue;
    seen.add(name);
    if (file.type !== "chunk") continue;
    open.push(...file.imports, ...(file.viteMetadata?.importedCss ?? []));
  }
  return [...seen];
}

function gzipped(bundle: Bundle, name: string): number {
  const file = bundle[name];
  if (!file) return 0;
  return gzipSync(file.type === "chunk" ? file.code : file.source).length;
}

export function firstLoad(): Plugin {
  return {
    name: "pandian-first-load",
    apply: "build",
    writeBundle(_options, bundle) {
      const files = firstFiles(bundle).map((name) => ({ name, bytes: gzipped(bundle, name) }));
      const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
      const words = `the phone's first load is ${(total / 1000).toFixed(1)} kB gzipped (bar ${BAR_BYTES / 1000} kB)`;
      if (total <= BAR_BYTES) {
        this.info(words);
        return;
      }
      const heaviest = files.sort((a, b) => b.bytes - a.bytes).map(({ name, bytes }) => `${bytes} ${name}`);
      this.error(`${words}; load what is not needed to begin with when it is opened:\n${heaviest.join("\n")}`);
    },
  };
}
