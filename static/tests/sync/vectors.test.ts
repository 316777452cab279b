// Request → verdict: the model that the laws are played against answers as the real server does.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Problem } from "../../src/api/problem";
import type { HeldDecision, PushException } from "../../src/api/types";
import { ServerModel } from "../support/server_model";

type Sent = string | { n: number; person?: string; [field: string]: unknown };
interface Step {
  device?: 1 | 2;
  push?: Sent[];
  hello?: { next_seq: number; pending: number; acked_seq: number; epoch?: "other" };
  changes?: { epoch: "own" | "other"; number: string };
  revoke?: true;
  answer?: Record<string, unknown>;
}

const address = new URL("../../../tests/vectors/sync.json", import.meta.url);
const vectors = JSON.parse(readFileSync(address, "utf8")) as { name: string; steps: Step[] }[];

const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const OTHER_EPOCH = "00000000000000aa";

function textOf(record: Sent): string {
  if (typeof record === "string") return record;
  return JSON.stringify({ v: 1, kind: "tick", quantity: 1, ...record, id: idOf(record.n) });
}

function row(told: PushException | HeldDecision): Record<string, unknown> {
  const name = told.id.startsWith("sha256") ? { id: told.id } : { n: Number(told.id.slice(-12)) };
  const state = "state" in told ? { state: told.state } : {};
  return { ...name, seq: told.seq, code: told.code, ...state };
}

function refusal(error: unknown): { status: number; code: string } {
  if (!(error instanceof Problem)) throw error;
  return { status: error.status, code: error.code };
}

function play(server: ServerModel, step: Step): Record<string, unknown> | undefined {
  const device = `device-${step.device ?? 1}`;
  const before = server.epoch;
  const epoch = () => (server.epoch === before ? "same" : "new");
  if (step.push) {
    const { n, hwm, exceptions } = server.push(device, step.push.map(textOf));
    return { n, hwm, exceptions: exceptions.map(row) };
  }
  if (step.hello) {
    const told = step.hello.epoch === "other" ? OTHER_EPOCH : before;
    const answer = server.hello({ device_id: device, acked_seq: step.hello.acked_seq, epoch: told, cursor: null });
    const { hwm, max_seq, missing, revoked, held } = answer;
    return { hwm, max_seq, missing, revoked, held: held.map(row), epoch: epoch() };
  }
  if (step.changes) {
    const { number } = step.changes;
    const cursor = number === "0" ? "0" : `${step.changes.epoch === "own" ? before : OTHER_EPOCH}:${number}`;
    try {
      server.changes(device, cursor, 2000);
      return { status: 200, code: null, epoch: epoch() };
    } catch (error) {
      return { ...refusal(error), epoch: epoch() };
    }
  }
  server.log(device).revoked = true;
  return undefined;
}

describe("the model of the server", () => {
  it.each(vectors)("$name", ({ steps }) => {
    const server = new ServerModel();
    server.kinds = new Set(["tick"]);
    server.holdCode = ({ person, code }) =>
      person === "stranger" ? "forbidden" : code === "shut" ? "stocktake_closed" : null;
    for (const step of steps) expect(play(server, step)).toEqual(step.answer);
  });
});
