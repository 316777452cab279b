import { expect, test } from "vitest";
import { type Scan, ScanBus } from "../../src/scan/bus";

const scan = (text: string, time = performance.now()) => ({ text, symbology: null, source: "wedge" as const, time });

function heard(bus: ScanBus): { texts: string[]; stop: () => void } {
  const texts: string[] = [];
  const stop = bus.listen((one: Scan) => texts.push(one.text));
  return { texts, stop };
}

test("what is scanned between two screens goes to the next one, in its order", () => {
  const bus = new ScanBus();
  const first = heard(bus);
  bus.publish(scan("A"), "keys");
  first.stop();
  bus.publish(scan("B"), "keys");
  bus.publish(scan("C"), "keys");
  const second = heard(bus);
  bus.publish(scan("D"), "keys");
  expect(first.texts).toEqual(["A"]);
  expect(second.texts).toEqual(["B", "C", "D"]);
});

test("what nobody wanted for long is not counted later by surprise", () => {
  const bus = new ScanBus();
  bus.publish(scan("OLD", performance.now() - 10_000), "keys");
  expect(heard(bus).texts).toEqual([]);
});

test("a kept scan is told once", () => {
  const bus = new ScanBus();
  bus.publish(scan("A"), "keys");
  const first = heard(bus);
  first.stop();
  expect(first.texts).toEqual(["A"]);
  expect(heard(bus).texts).toEqual([]);
});

test("what is scanned while a screen is being loaded waits for it, however slow the network", () => {
  const bus = new ScanBus();
  bus.expect();
  bus.publish(scan("SLOW", performance.now() - 10_000), "keys");
  expect(heard(bus).texts).toEqual(["SLOW"]);
});

test("waiting for one screen makes no later screen take what is old", () => {
  const bus = new ScanBus();
  bus.expect();
  heard(bus).stop();
  bus.publish(scan("OLD", performance.now() - 10_000), "keys");
  expect(heard(bus).texts).toEqual([]);
});

test("what a screen took after it had given way is the next one's, once", () => {
  const bus = new ScanBus();
  bus.pass({ ...scan("B", performance.now() - 10_000) });
  const next = heard(bus);
  bus.pass(scan("C"));
  expect(next.texts).toEqual(["B", "C"]);
});
