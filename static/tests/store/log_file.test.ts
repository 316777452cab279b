// The log as a file: the bytes of a push, signed, for the day when no network comes.
import { describe, expect, it, vi } from "vitest";
import { type FileBatch, type FileHead, readLogFile } from "../../src/domain/log_file";
import { installation } from "../../src/store/device";
import { logFile } from "../../src/store/log_file";
import { getFact } from "../../src/store/meta";
import { NotSaved } from "../../src/store/store";
import { Device } from "../support/device";
import { disk } from "../support/disk";
import { FakeServer } from "../support/fake_server";

const facts = { id: "device", number: 7, label: "PDA 7", site_id: "site" };

function read(lines: string[]): { head: FileHead; batches: FileBatch[] } {
  const [head, ...batches] = lines.map((line) => JSON.parse(line));
  return { head, batches };
}

describe("the log as a file", () => {
  it("holds every record of the device byte for byte, in batches that a push could carry", async () => {
    const device = await Device.make(new FakeServer());
    await device.scan();
    await device.engine.round();
    for (let i = 0; i < 501; i++) await device.scan(i === 7 ? "批号 é😀" : undefined);
    const { head, batches } = read(await logFile(device.store, facts, device.clock));
    expect(head).toMatchObject({ kind: "pandian device log", v: 1, device: facts, records: 502 });
    const bodies = batches.map(({ body }) => JSON.parse(body));
    expect(bodies.map((body) => body.records.length)).toEqual([500, 2]);
    expect(bodies.flatMap((body) => body.records)).toEqual(device.beeped);
    expect(bodies[0]).toMatchObject({ device_id: "device", next_seq: 503, pending: 501, boot: "boot" });
  });

  it("is signed with the device's key over exactly these bytes", async () => {
    const device = await Device.make(new FakeServer());
    await device.scan("批号");
    const { batches } = read(await logFile(device.store, facts, device.clock));
    const { keys } = await installation(device.store);
    const [batch] = batches;
    const check = (body: string) =>
      crypto.subtle.verify(
        { name: "ECDSA", hash: "SHA-256" },
        keys.signing.publicKey,
        Uint8Array.from(atob(batch?.signature ?? ""), (c) => c.charCodeAt(0)),
        new TextEncoder().encode(body),
      );
    expect(await check(batch?.body ?? "")).toBe(true);
    expect(await check(batch?.body.replace("批号", "批次") ?? "")).toBe(false);
  });

  it("can be written when nothing can be saved any more, and changes nothing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const device = await Device.make(new FakeServer());
    await device.scan();
    disk.faults = Array(4).fill("refuse");
    await expect(device.scan()).rejects.toBeInstanceOf(NotSaved);
    vi.restoreAllMocks();
    device.store.close();
    const { head } = read(await logFile(device.store, facts, device.clock));
    expect([head.records, device.store.state.value]).toEqual([1, "READ_ONLY"]);
    expect(await getFact(device.store, "next_seq")).toBe(2);
  });

  it("is read at the desk as it was written; one that was cut off or changed is told apart", async () => {
    const device = await Device.make(new FakeServer());
    for (let i = 0; i < 3; i++) await device.scan();
    const text = (await logFile(device.store, facts, device.clock)).join("\n");
    const good = await readLogFile(text);
    expect(good).toMatchObject({ head: { records: 3 }, damaged: false });
    expect(await readLogFile(text.replace("wedge", "wedgx"))).toMatchObject({ damaged: true });
    expect(await readLogFile(text.slice(0, -9))).toMatchObject({ damaged: true });
    expect(await readLogFile(text.split("\n").slice(0, 1).join(""))).toMatchObject({ damaged: true });
    for (const other of ["", "hello", "[]", '{"kind":"other"}']) expect(await readLogFile(other)).toBeNull();
  });
});
