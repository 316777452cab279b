// What makes this browser a device: an installation id, keys that cannot leave it, and the offline unlock.
import { uuid7 } from "../domain/uuid";
import { type DeviceFacts, getFact, type Keys, putFact } from "./meta";
import { atomic, type Store } from "./store";

export function toBase64(bytes: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

async function makeKeys(): Promise<Keys> {
  const signing = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const unlock = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return { signing, unlock };
}

export interface Installation {
  id: string;
  keys: Keys;
  /** SPKI, base64: what the server keeps. */
  publicKey: string;
}

/** This installation, made once. Enrolling again uses the same id and key, so that the outbox stays its own. */
export async function installation(store: Store): Promise<Installation> {
  let id = await getFact(store, "installation");
  let keys = await getFact(store, "keys");
  if (!id || !keys) {
    const made = { id: uuid7(), keys: await makeKeys() };
    await store.run((db) =>
      atomic(db, ["meta"], async (tx) => {
        await tx.objectStore("meta").put(made.id, "installation");
        await tx.objectStore("meta").put(made.keys, "keys");
      }),
    );
    id = made.id;
    keys = made.keys;
  }
  return { id, keys, publicKey: toBase64(await crypto.subtle.exportKey("spki", keys.signing.publicKey)) };
}

export async function rememberDevice(store: Store, device: DeviceFacts): Promise<void> {
  await putFact(store, "device", device);
  await askToKeep(store);
}

/** Ask the browser not to clear this site when space runs short; refused or absent, the outbox still works. */
export async function askToKeep(store: Store): Promise<boolean> {
  const kept = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
  await putFact(store, "persisted", kept);
  return kept;
}

/** The signature over the uncompressed body: ECDSA P-256, SHA-256, raw r‖s, base64. */
export async function sign(keys: Keys, body: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.signing.privateKey, body));
}

async function mac(keys: Keys, person: string, pin: string): Promise<string> {
  return toBase64(await crypto.subtle.sign("HMAC", keys.unlock, new TextEncoder().encode(`${person}\n${pin}`)));
}

/** After a sign-in the server accepted: remember how to recognise this person here without the server. */
export async function rememberUnlock(store: Store, person: string, pin: string): Promise<void> {
  const { keys } = await installation(store);
  const unlocks = (await getFact(store, "unlocks")) ?? {};
  await putFact(store, "unlocks", { ...unlocks, [person]: await mac(keys, person, pin) });
  const { [person]: _forgiven, ...tries } = (await getFact(store, "unlock_tries")) ?? {};
  await putFact(store, "unlock_tries", tries);
}

/** As the server does: five quick tries, then 15 s, 30 s, 60 s …; after ten in a row only the server can help. */
const QUICK_TRIES = 5;
const LAST_TRY = 10;
const FIRST_DELAY_MS = 15_000;
const LONGEST_DELAY_MS = 5 * 60_000;

/** never: nobody signed in here with this name before. later: too many wrong tries just now. server: far too many. */
export type Unlocked = "known" | "wrong" | "never" | "later" | "server";

/**
 * Offline: does the PIN fit what this person last used here? It identifies and does not authenticate, and records
 * say so (auth = offline). The try is on disk before it is answered: a reload forgives nothing.
 */
export async function offlineUnlock(store: Store, person: string, pin: string, now: number): Promise<Unlocked> {
  const known = (await getFact(store, "unlocks"))?.[person];
  if (!known) return "never";
  const tries = (await getFact(store, "unlock_tries")) ?? {};
  const { wrong, until } = tries[person] ?? { wrong: 0, until: 0 };
  if (wrong >= LAST_TRY) return "server";
  // A clock that was set back must not close the lock for longer than it ever closes.
  if (now < until && until - now <= LONGEST_DELAY_MS) return "later";
  const delay = FIRST_DELAY_MS * 2 ** (wrong + 1 - QUICK_TRIES);
  const closed = wrong + 1 < QUICK_TRIES ? 0 : now + Math.min(delay, LONGEST_DELAY_MS);
  await putFact(store, "unlock_tries", { ...tries, [person]: { wrong: wrong + 1, until: closed } });
  const { keys } = await installation(store);
  if ((await mac(keys, person, pin)) !== known) return "wrong";
  await putFact(store, "unlock_tries", { ...tries, [person]: { wrong: 0, until: 0 } });
  return "known";
}
