// The laws of sync over random faults: lost requests and answers, kills, restores, two tabs, busy servers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Device } from "../support/device";
import { FakeServer, type Fault } from "../support/fake_server";

type Act = { act: "scan" | "round" | "restart" | "backup" | "restore" | "person"; faults: Fault[] };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    act: fc.constantFrom("scan", "scan", "scan", "round", "round", "restart", "backup", "restore", "person"),
    faults: fc.array(
      fc.constantFrom<Fault[]>(null, "lost_request", "lost_answer", "busy", "unavailable", "unauthorized"),
      {
        maxLength: 4,
      },
    ),
  }),
  { maxLength: 25 },
);

async function play(device: Device, server: FakeServer, steps: Act[]): Promise<void> {
  let backup = server.snapshot();
  for (const { act, faults } of steps) {
    if (act === "scan") await device.scan();
    if (act === "person") device.person = device.person === "anna" ? "bo" : "anna";
    if (act === "restart") await device.restart();
    if (act === "backup") backup = server.snapshot();
    if (act === "restore") server.restore(backup);
    if (act !== "round") continue;
    server.faults = [...faults];
    await device.engine.round();
    server.faults = [];
    await everyBeepIsSomewhere(device);
  }
}

/** Law 1, the stronger half that holds within the retention: what beeped is still in the outbox. */
async function everyBeepIsSomewhere(device: Device): Promise<void> {
  expect(await device.outboxTexts()).toEqual(device.beeped);
}

describe("whatever happens on the way", () => {
  it("every beep reaches the server exactly once, byte for byte, and an acknowledgement is never untrue", async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (steps) => {
        const server = new FakeServer();
        const device = await Device.make(server);
        await play(device, server, steps);
        for (let i = 0; i < 6; i++) await device.engine.round();
        const texts = [...server.stored.entries()].sort(([a], [b]) => a - b).map(([, row]) => row.text);
        expect(texts).toEqual(device.beeped);
        expect(server.conflicts).toEqual([]);
        expect(await device.statuses()).toEqual(device.beeped.map(() => "ACKED"));
        device.store.close();
      }),
      { numRuns: 60 },
    );
  });
});
