// Builds src/sw.ts as /sw.js and tells it what to precache: every file of the build, and one version made
// from their contents, so that a changed build is a changed worker and an unchanged one is not.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin } from "vite";

const NOT_CACHED = new Set(["/sw.js", "/too-old.js"]);

function listFiles(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? listFiles(join(folder, entry.name), `${prefix}/${entry.name}`) : [`${prefix}/${entry.name}`],
  );
}

export function serviceWorker(): Plugin {
  let root = "";
  let outDir = "";
  return {
    name: "pandian-service-worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
      outDir = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = listFiles(outDir)
        .filter((file) => !NOT_CACHED.has(file))
        .sort();
      const hash = createHash("sha256");
      for (const file of files) hash.update(file).update(readFileSync(join(outDir, file)));
      await build({
        configFile: false,
        root,
        logLevel: "warn",
        publicDir: false,
        define: {
          __VERSION__: JSON.stringify(hash.digest("hex").slice(0, 12)),
          __PRECACHE__: JSON.stringify(files.map((file) => (file === "/index.html" ? "/" : file))),
        },
        build: {
          target: "chrome74",
          outDir,
          emptyOutDir: false,
          copyPublicDir: false,
          lib: { entry: resolve(root, "src/sw.ts"), formats: ["iife"], name: "sw", fileName: () => "sw.js" },
        },
      });
    },
  };
}
