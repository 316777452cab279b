// The service worker keeps the shell (page, code, styles, icons) so that the application starts without a
// server. It never touches /api: what is true about stock comes from the outbox and the server alone.
declare const __VERSION__: string;
declare const __PRECACHE__: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const SHELL = `pandian-shell-${__VERSION__}`;

/** A copy without the marks of a redirect: a redirected answer may not serve a navigation. */
async function cleanCopy(response: Response): Promise<Response> {
  return new Response(await response.blob(), { headers: response.headers, status: 200 });
}

async function fill(): Promise<void> {
  const cache = await caches.open(SHELL);
  await Promise.all(
    __PRECACHE__.map(async (path) => {
      const response = await fetch(path, { cache: "reload" });
      if (!response.ok) throw new Error(`precache ${path}: ${response.status}`);
      await cache.put(path, await cleanCopy(response));
    }),
  );
}

async function dropOlderShells(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((n) => n.startsWith("pandian-shell-") && n !== SHELL).map((n) => caches.delete(n)));
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL);
  const found = request.mode === "navigate" ? await cache.match("/") : await cache.match(request);
  return found ?? fetch(request);
}

worker.addEventListener("install", (event) => event.waitUntil(fill()));

worker.addEventListener("activate", (event) => event.waitUntil(dropOlderShells().then(() => worker.clients.claim())));

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin) return;
  // Only the shell's own page is a navigation of ours; documents of the server (API pages, files) pass by.
  if (event.request.mode === "navigate" && url.pathname !== "/" && url.pathname !== "/index.html") return;
  if (url.pathname.startsWith("/api/")) return;
  event.respondWith(answer(event.request));
});

// An update waits until the page asks for it: nobody's scan is interrupted by a new version.
worker.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(worker.skipWaiting());
});

export {};
