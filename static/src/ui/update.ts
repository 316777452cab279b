// The shell's updates: found in the background, offered, and taken only when nobody is in the middle of a write.
import { signal } from "@preact/signals";

const waiting = signal<ServiceWorker | null>(null);
export const updateReady = waiting;
/** Records that still wait: the update is offered when they are uploaded. */
export const updateHold = signal(0);

function watch(registration: ServiceWorkerRegistration): void {
  // Without a controller this is the very first installation: there is nothing older to replace.
  const offer = () => {
    if (registration.waiting && navigator.serviceWorker.controller) waiting.value = registration.waiting;
  };
  offer();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  setInterval(() => registration.update().catch(() => undefined), 60 * 60 * 1000);
}

/** Where the page wants Trusted Types, even this constant must come out of a policy. */
function workerAddress(): string {
  const address = "/sw.js";
  const types = (window as { trustedTypes?: { createPolicy: (name: string, rules: object) => Policy } }).trustedTypes;
  if (!types) return address;
  return types.createPolicy("pandian-worker", { createScriptURL: () => address }).createScriptURL(address);
}

interface Policy {
  createScriptURL(text: string): string;
}

export function registerServiceWorker(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const failed = (error: unknown) => console.warn("no service worker", error);
  try {
    navigator.serviceWorker.register(workerAddress()).then(watch, failed);
  } catch (error) {
    // A policy that forbids ours: counting works on, only a start without the server does not.
    failed(error);
  }
}

/** Hand over to the new version and open it; `controllerchange` is unreliable, so a timer stands behind it. */
export function takeUpdate(): void {
  const reload = () => location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
  waiting.value?.postMessage("take-over");
  setTimeout(reload, 2000);
}
