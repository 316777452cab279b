// The reason codes, loaded once for the session.
import { signal } from "@preact/signals";
import { api } from "../../api/client";
import type { Reason } from "./types";

export const reasons = signal<Reason[]>([]);
let asked: Promise<void> | null = null;

export function loadReasons(): Promise<void> {
  asked ??= api.get<{ rows: Reason[] }>("/reason-codes").then(
    (answer) => {
      reasons.value = answer.rows;
    },
    (error: unknown) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}
