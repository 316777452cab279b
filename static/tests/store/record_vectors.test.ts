// A record's exact text: written once, sent for ever after. The server reads the same vectors.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DeviceRecord, Envelope, NewRecord } from "../../src/domain/record";
import { putFact } from "../../src/store/meta";
import { append } from "../../src/store/outbox";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";

const address = new URL("../../../tests/vectors/records.json", import.meta.url);
const vectors = JSON.parse(readFileSync(address, "utf8")) as { name: string; text: string; sha256: string }[];

/** What a screen would have handed to the outbox. */
function bare(record: DeviceRecord): NewRecord {
  const { v, id, seq, person, auth, at, mono, boot, ...rest } = record as DeviceRecord & Envelope;
  return rest as NewRecord;
}

describe("the text of a record", () => {
  it.each(vectors)("$name", async ({ text, sha256 }) => {
    const record = JSON.parse(text) as DeviceRecord;
    const device = await Device.make(new FakeServer());
    await putFact(device.store, "next_seq", record.seq);
    const clock = { now: () => record.at, mono: () => record.mono, boot: record.boot };
    const [row] = await append(device.store, [bare(record)], { person: record.person, auth: record.auth }, clock);
    const written = row?.text.replace(row.id, record.id) ?? "";
    expect(written).toBe(text);
    expect(createHash("sha256").update(written, "utf8").digest("hex")).toBe(sha256);
    device.store.close();
  });
});
