// What a device's machinery looks after beside the counting: its other tabs, and whether its storage lasts.
import { computed, effect } from "@preact/signals";
import { isPrivate } from "../../store/room";
import { Tabs } from "../../sync/tabs";
import { updateHold } from "../update";
import type { Floor } from "./floor";

export async function beside(floor: Floor): Promise<void> {
  const catchUp = () => {
    void floor.counting.catchUp();
    void floor.handling.value?.receiving.catchUp();
  };
  for (const name of ["focus", "visibilitychange"]) window.addEventListener(name, catchUp);
  // A photo that is in memory only would be gone with the page.
  window.addEventListener("beforeunload", (event) => {
    if (floor.photos.state.value.unsaved > 0) event.preventDefault();
  });
  effect(() => {
    updateHold.value = floor.engine.state.value.waiting + floor.photos.state.value.unsaved;
  });
  const loaded = computed(() => floor.engine.state.value.loaded);
  effect(() => {
    if (loaded.value === 0) return;
    const handling = floor.handling.value;
    for (const work of [floor.counting, handling?.receiving, handling?.moving]) work?.worldChanged();
  });
  const mayRun = computed(() => floor.engine.state.value.phase === "HEALTHY" && floor.engine.state.value.waiting === 0);
  effect(() => {
    if (mayRun.value) void floor.photos.run();
  });
  shareWithTabs(floor, catchUp);
  if (await isPrivate()) floor.instead.value = (await import("./Ephemeral")).Ephemeral;
}

/** What another tab of this device wrote or heard shows here too, and the other way round. */
function shareWithTabs({ engine }: Floor, catchUp: () => void): void {
  const tabs = new Tabs(() => {
    void engine.refresh();
    catchUp();
  });
  const figures = computed(() => {
    const { waiting, held, lastContact } = engine.state.value;
    return `${waiting} ${held} ${lastContact}`;
  });
  effect(() => {
    if (figures.value) tabs.tell();
  });
}

/** Storage that dies with the window: from here on nothing is written that cannot be sent at once. */
export function countConnectedOnly({ instead, store, engine }: Floor): void {
  instead.value = null;
  store.mayWrite = () => engine.state.value.phase === "HEALTHY";
}
