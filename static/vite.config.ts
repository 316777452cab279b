import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { firstLoad } from "./build/first_load.ts";
import { serviceWorker } from "./build/service_worker.ts";

function readVersion(): string {
  const text = readFileSync(new URL("./package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

// Two pieces instead of twenty, which are lighter together: what every screen has, and what a counter begins with.
const EVERYWHERE = [
  /preload-helper|oxc-project/,
  /node_modules\/@?preact/,
  /src\/(api|ui\/components)\//,
  /i18n\/(core|errors|format|language)\.ts/,
  /domain\/(quantity|uuid)\.ts/,
  /ui\/(lazy|router|session|theme|update)\.tsx?/,
];
const COUNTER = [
  /node_modules\/idb/,
  /src\/(store|sync)\//,
  /src\/scan\/[a-z_]+\.ts/,
  /domain\/(code|gs1|outcome|record|row_hash|tally)\.ts/,
  /ui\/phone\/(counting|feedback|floor|lines|scan_work)\.ts/,
];

function among(places: RegExp[]): (id: string) => boolean {
  return (id) => places.some((place) => place.test(id));
}

export default defineConfig({
  // Chrome 74 is the WebView of PDAs on Android 10; Safari 14 the oldest iOS that people still carry.
  build: {
    target: ["chrome74", "safari14"],
    modulePreload: { polyfill: false },
    sourcemap: false,
    cssTarget: "chrome74",
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "everywhere", test: among(EVERYWHERE), priority: 1 },
            { name: "counter", test: among(COUNTER) },
          ],
        },
      },
    },
  },
  define: { __APP__: JSON.stringify(readVersion()) },
  oxc: { jsx: { importSource: "preact" } },
  plugins: [firstLoad(), serviceWorker()],
  server: { proxy: { "/api": "http://127.0.0.1:5000" } },
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node", pool: "threads" },
});
