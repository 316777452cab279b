// Small facts about this installation, each under its own key.
import type { Verdict } from "./schema";
import type { Store } from "./store";

export interface DeviceFacts {
  id: string;
  number: number;
  label: string;
  site_id: string;
}

/** Who counts on this device now; survives reloads and the loss of the network. */
export interface CurrentPerson {
  id: string;
  name: string;
  auth: "online" | "offline";
}

/** Where the counter is: so that a reload in the middle of a shelf goes on at that shelf. */
export interface CurrentPlace {
  stocktake: string;
  location: string;
  round: number;
  sheet: string;
}

/** Which receipt the person is at: so that a reload at the dock goes on with the same one. */
export interface CurrentReceipt {
  receipt: string;
  sheet: string;
  location: string;
  order: string | null;
  delivery: string | null;
  supplier: string | null;
  delivery_note: string | null;
  /** Items whose lot nobody can tell: they are not asked for again. */
  lots_unknown: string[];
}

export interface Keys {
  /** ECDSA P-256, signs what is pushed. Neither key can leave the browser. */
  signing: CryptoKeyPair;
  /** HMAC key for the offline unlock. */
  unlock: CryptoKey;
}

export interface Facts {
  installation: string;
  device: DeviceFacts;
  keys: Keys;
  person: CurrentPerson | null;
  place: CurrentPlace | null;
  receiving: CurrentReceipt | null;
  /** Where goods landed last: the first proposal for the next receipt. */
  dock: string;
  next_seq: number;
  epoch: string;
  /** The epoch under which photos were sent last. */
  photo_epoch: string;
  cursor: string;
  /** The server's hwm as last told under `epoch`; were it lower one day, the server had been restored. */
  hwm: number;
  bootstrapping: boolean;
  today: { day: string; scans: number };
  last_contact: number;
  /** When the world here is next compared with the server's, by dataset. */
  compare_at: Record<string, number>;
  /** Whether the browser promised not to clear this site by itself. */
  persisted: boolean;
  /** The items were dropped for want of space, then; null: they are all here. */
  items_dropped: number | null;
  /** When storage that had refused to write last came back. */
  revived: number;
  unlocks: Record<string, string>;
  /** Wrong PINs in a row without the server, by person, and until when no more are taken. */
  unlock_tries: Record<string, { wrong: number; until: number }>;
  /** What supervisors decided of this device's held records of late, as the last hello told it. */
  decisions: { id: string; verdict: Verdict }[];
}

export async function getFact<Key extends keyof Facts>(store: Store, key: Key): Promise<Facts[Key] | undefined> {
  return (await store.read((db) => db.get("meta", key))) as Facts[Key] | undefined;
}

export async function putFact<Key extends keyof Facts>(store: Store, key: Key, value: Facts[Key]): Promise<void> {
  await store.run((db) => db.put("meta", value, key));
}
