// What can happen on a floor, and how likely the walks through it let it happen.
import fc from "fast-check";
import { putFact } from "../../src/store/meta";
import { RETENTION_MS } from "../../src/store/outbox";
import type { DiskFault } from "../support/disk";
import { DEVICE, type FloorModel, NETWORK_FAULTS, type NetworkFault } from "../support/floor_model";
import type { Backup } from "../support/server_model";

const DAY_MS = 24 * 60 * 60 * 1000;

export type Step =
  | { step: "scan"; who: number; times: number; disk: DiskFault[] }
  | { step: "round"; who: number; quick: boolean; network: NetworkFault[]; disk: DiskFault[] }
  | { step: "kill"; who: number; ticks: number; network: NetworkFault[] }
  | { step: "restart"; who: number; tabs: number }
  | { step: "days"; days: number }
  | { step: "clock"; who: number; days: number }
  | { step: "restore"; silently: boolean }
  | { step: "world"; item: number; gone: boolean }
  | { step: "arrive" | "clone" | "backup" | "hold" | "revoke" | "person" | "decide" | "forget" };

const who = fc.nat(3);
const network = fc.array(fc.option(fc.constantFrom<NetworkFault>(...NETWORK_FAULTS), { freq: 2 }), { maxLength: 5 });
const disk = fc.oneof(
  { weight: 3, arbitrary: fc.constant<DiskFault[]>([]) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom<DiskFault>(null, "refuse", "abort", "full"), { maxLength: 8 }) },
  // Dead for as long as anybody tries.
  { weight: 1, arbitrary: fc.constant<DiskFault[]>(Array(12).fill("refuse")) },
);

const of = <S extends Step["step"]>(step: S) => fc.constant(step);
const plain = ["arrive", "clone", "backup", "hold", "revoke", "person", "decide", "forget"] as const;

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ step: of("scan"), who, times: fc.integer({ min: 1, max: 3 }), disk }) },
    { weight: 9, arbitrary: fc.record({ step: of("round"), who, quick: fc.boolean(), network, disk }) },
    { weight: 2, arbitrary: fc.record({ step: of("kill"), who, ticks: fc.nat(60), network }) },
    { weight: 2, arbitrary: fc.record({ step: of("restart"), who, tabs: fc.integer({ min: 1, max: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ step: of("days"), days: fc.constantFrom(1, 8, 15) }) },
    { weight: 1, arbitrary: fc.record({ step: of("clock"), who, days: fc.constantFrom(-400, -1, 20, 3000) }) },
    { weight: 3, arbitrary: fc.record({ step: of("restore"), silently: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ step: of("world"), item: fc.nat(4), gone: fc.boolean() }) },
    { weight: 8, arbitrary: fc.record({ step: fc.constantFrom(...plain) }) },
  ) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 30, size: "max" },
);

/** Take one step; one that makes no sense here does nothing. */
export async function take(floor: FloorModel, step: Step): Promise<void> {
  switch (step.step) {
    case "scan":
    case "round":
    case "kill":
    case "restart":
    case "clock":
      return act(floor, step);
    case "clone":
      // Which of two copies is the real one is told by nothing but their records: see `unnoticed`.
      if (floor.phones.length === 1 && !floor.unnoticed) await floor.phones[0]?.clone();
      return;
    case "person":
      return changePerson(floor);
    default:
      await happen(floor, step);
  }
}

type Acting = Extract<Step, { who: number }>;

async function act(floor: FloorModel, step: Acting): Promise<void> {
  const phone = floor.phones[step.who % floor.phones.length];
  const tab = phone?.tabs[step.who % phone.tabs.length];
  if (!phone || !tab) return;
  if (step.step === "scan") for (let i = 0; i < step.times; i++) await tab.scan(i === 0 ? step.disk : []);
  if (step.step === "restart") await phone.restart(step.tabs);
  if (step.step === "clock") phone.clock.time += step.days * DAY_MS;
  if (step.step === "round") {
    floor.network = [...step.network];
    await tab.sync(step.disk, step.quick);
    floor.network = [];
  }
  if (step.step === "kill") {
    floor.network = [...step.network];
    tab.begin();
    for (let i = 0; i < step.ticks; i++) await new Promise((resolve) => setImmediate(resolve));
    await phone.restart(1);
    floor.network = [];
  }
  floor.noteReceived();
}

async function changePerson(floor: FloorModel): Promise<void> {
  for (const phone of floor.phones) {
    phone.person = phone.person === "anna" ? "bo" : "anna";
    const store = phone.tabs[0]?.store;
    if (store) await putFact(store, "person", null).catch(() => undefined);
  }
}

async function happen(floor: FloorModel, step: Exclude<Step, Acting>): Promise<void> {
  const { server } = floor;
  if (step.step === "arrive") {
    floor.deliverLate();
    floor.deliverSlow();
    // What hung goes on and comes to its end.
    for (const phone of floor.phones) for (const tab of phone.tabs) await tab.finish();
    floor.noteReceived();
  }
  if (step.step === "days") {
    server.now += step.days * DAY_MS;
    for (const phone of floor.phones) phone.clock.time += step.days * DAY_MS;
  }
  if (step.step === "backup") floor.backup = server.backup();
  if (step.step === "restore") restore(floor, step.silently);
  if (step.step === "hold") floor.toggleHold();
  if (step.step === "revoke") server.log(DEVICE).revoked = !server.log(DEVICE).revoked;
  if (step.step === "forget") server.forgetFeed();
  if (step.step === "world") {
    server.tell("item", `item-${step.item}`, step.gone ? null : { name: `name ${server.head}`, barcodes: [] });
  }
  if (step.step === "decide") {
    const held = server.all().find(({ hold, state }) => hold && state === "open");
    if (held) server.decide(held.id, server.all().length % 2 ? "released" : "dismissed");
  }
}

function restore(floor: FloorModel, silently: boolean): void {
  const { server } = floor;
  const backup: Backup = floor.backup ?? new (Object.getPrototypeOf(server).constructor)().backup();
  const kept = new Set([...backup.logs.values()].flatMap((log) => log.kept.map(({ text }) => text)));
  for (const { text, received } of server.all()) {
    if (!kept.has(text) && received <= server.now - RETENTION_MS) floor.forgiven.add(text);
  }
  // Of two copies of a profile each may fill the other's gap: a restore nobody told of is then not to be noticed.
  server.restore(backup, silently && floor.phones.length === 1);
  floor.silentEpoch = silently && floor.phones.length === 1 ? server.epoch : null;
}
