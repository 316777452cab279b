// The laws of sync over random faults, for the engine as it runs in the browser: requests and
// answers lost, late, slow and doubled, pages killed at any moment, storage that fails in any transaction, two tabs,
// a copied profile, clocks that jump, a server restored with and without saying so.
//
// RUNS=5000 SEED=1 npm test -- tests/sync/laws.test.ts     a long walk, and the same walk again
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FloorModel, type Planted } from "../support/floor_model";
import { Laws } from "./law_checks";
import { PLANTED } from "./planted";
import { type Step, steps, take } from "./steps";

const RUNS = Number(process.env.RUNS ?? 60);
const SEED = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
/** A planted bug that this many runs do not find would mean that the laws have become blind. */
const RUNS_TO_FIND = 3_000;

interface Walk {
  locks: boolean;
  path: Step[];
}

const walks: fc.Arbitrary<Walk> = fc.record({ locks: fc.boolean(), path: steps });

const lawsHold = (planted: Planted = {}) =>
  fc.asyncProperty(walks, async ({ locks, path }) => {
    const floor = new FloorModel(planted, locks);
    await floor.addPhone();
    const laws = new Laws(floor);
    for (const step of path) {
      await take(floor, step);
      await laws.look();
    }
    await laws.heal();
    for (const phone of floor.phones) await phone.restart(0);
  });

describe("whatever happens on the way", () => {
  // Storage that fails is said on the console, and here it fails all the time.
  beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
  afterEach(() => vi.restoreAllMocks());

  it("the laws of sync hold", { timeout: 60_000 + RUNS * 500 }, async () => {
    await fc.assert(lawsHold(), { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: SEED }) });
  });

  it.each(Object.entries(PLANTED))("%s would be found", { timeout: 120_000 }, async (_name, planted) => {
    const found = await fc.check(lawsHold(planted), { numRuns: RUNS_TO_FIND, endOnFailure: true, ...seeded() });
    expect(found.failed).toBe(true);
  });
});

function seeded(): { seed?: number } {
  return SEED === undefined ? {} : { seed: SEED };
}
