// Shapes of the calls this side makes before anything else: session, enrolment, sync. Written by hand from the
// API's contract; `npm run api` makes schema.ts of the server's OpenAPI file and these can then be aliases of it.
import type { DocumentName } from "../store/schema";

export type Role = "counter" | "supervisor" | "manager" | "administrator";

export interface Session {
  person: { id: string; name: string; login: string | null; language: "zh" | "en" | null } | null;
  device: { id: string; number: number; label: string; site_id: string } | null;
  grants: { site_id: string | null; role: Role }[];
  secure: boolean;
  version: string;
  server_ms: number;
}

export interface DevicePerson {
  id: string;
  name: string;
  has_pin: boolean;
}

export interface Hello {
  device_id: string;
  installation_id: string;
  app: string;
  schema_v: number;
  next_seq: number;
  pending: number;
  acked_seq: number;
  epoch: string | null;
  cursor: string | null;
  sent_ms: number;
  mono_ms: number;
  boot: string;
}

export interface HeldDecision {
  id: string;
  seq: number;
  code: string;
  state: "open" | "released" | "dismissed";
  detail: string | null;
  note?: string;
  document?: DocumentName | null;
  moved_to?: DocumentName | null;
}

export interface HelloAnswer {
  server_epoch: string;
  hwm: number;
  max_seq: number;
  missing: [number, number][];
  held: HeldDecision[];
  min_client: string | number | null;
  feed_head: number;
  tombstone_floor: number;
  server_ms: number;
  revoked: boolean;
}

export interface Push {
  device_id: string;
  batch_id: string;
  epoch: string | null;
  sent_ms: number;
  mono_ms: number;
  boot: string;
  next_seq: number;
  pending: number;
  records: string[];
}

export interface PushException {
  id: string;
  seq: number;
  status: "held" | "duplicate";
  code: string;
  detail?: string | null;
}

export interface PushAnswer {
  server_epoch: string;
  hwm: number;
  n: number;
  exceptions: PushException[];
  server_ms: number;
}

export interface FeedRow {
  entity: string;
  id: string;
  op: "U" | "D";
  body: Record<string, unknown> | null;
}

export interface Changes {
  epoch: string;
  next: string;
  head: number;
  rows: FeedRow[];
  more: boolean;
}

/** A snapshot of a dataset. While `is_current`, a replica at `made_at_number` or above adds up to `contents`. */
export interface Manifest {
  id: string;
  dataset: string;
  feed_number: number;
  cursor: string;
  made_at_number: number;
  is_current: boolean;
  contents: { entity: string; rows: number; sum: string; passing: string[] }[];
  pages: { page: number; rows: number; bytes: number; sha256: string }[];
}
