import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { firstLoad } from "./build/first_load.ts";
import { serviceWorker } from "./build/service_worker.ts";

function readVersion(): string {
  const text = readFileSync(new URL("./package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

export default defineConfig({
  // Chrome 74 is the WebView of PDAs on Android 10; Safari 14 the oldest iOS that people still carry.
  build: {
    target: ["chrome74", "safari14"],
    modulePreload: { polyfill: false },
    sourcemap: false,
    cssTarget: "chrome74",
  },
  define: { __APP__: JSON.stringify(readVersion()) },
  oxc: { jsx: { importSource: "preact" } },
  plugins: [firstLoad(), serviceWorker()],
  server: { proxy: { "/api": "http://127.0.0.1:5000" } },
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node", pool: "threads" },
});
