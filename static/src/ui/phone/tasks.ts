// What there is to count here, as the device knows it: stocktakes, their places and what this device did itself.
import { useEffect, useState } from "preact/hooks";
import { listLocations, listPlaces, listStocktakes } from "../../store/masters";
import type { LocationRow, PlaceRow, SheetRow, StocktakeRow } from "../../store/schema";
import { listSheets } from "../../store/sheets";
import type { Floor } from "./floor";

export interface Task {
  place: PlaceRow;
  location: LocationRow;
  /** What is known of it: our own sheets count before the server has heard of them. */
  state: "open" | "counting" | "closed" | "mine";
  recount: boolean;
  notYou: boolean;
}

export interface StocktakeTasks {
  stocktake: StocktakeRow;
  tasks: Task[];
}

export function stateOf(place: PlaceRow, sheets: SheetRow[], person: string): Task["state"] {
  const here = sheets.filter(
    (sheet) =>
      sheet.stocktake === place.stocktake_id && sheet.location === place.location_id && sheet.round === place.round,
  );
  if (here.some((sheet) => sheet.person === person && sheet.closed_at === null)) return "mine";
  if (place.state === "open" && here.length > 0) return here.every((sheet) => sheet.closed_at) ? "closed" : "counting";
  return place.state;
}

const rank = (task: Task): number => {
  if (task.notYou) return 4;
  if (task.state === "mine") return 0;
  if (task.state === "closed") return 5;
  return task.recount ? 1 : task.state === "open" ? 2 : 3;
};

/** My open places first, then recounts, then in walking order; what is done comes last. */
export function orderTasks(tasks: Task[]): Task[] {
  return [...tasks].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.location.walk_order ?? 0) - (b.location.walk_order ?? 0) ||
      a.location.code.localeCompare(b.location.code, "en", { numeric: true }),
  );
}

export async function loadTasks(open: Floor): Promise<StocktakeTasks[]> {
  const person = open.person.value?.id ?? "";
  const [stocktakes, locations, sheets] = await Promise.all([
    listStocktakes(open.store),
    listLocations(open.store),
    listSheets(open.store),
  ]);
  const byId = new Map(locations.map((location) => [location.id, location]));
  const running = stocktakes.filter((stocktake) => stocktake.state === "counting");
  return Promise.all(
    running.map(async (stocktake) => {
      const places = await listPlaces(open.store, stocktake.id);
      const tasks = places.flatMap((place): Task[] => {
        const location = byId.get(place.location_id);
        if (!location) return [];
        const state = stateOf(place, sheets, person);
        return [{ place, location, state, recount: place.round > 1, notYou: place.not_by.includes(person) }];
      });
      return { stocktake, tasks: orderTasks(tasks) };
    }),
  );
}

/** The tasks, read again when the server told something new or a place was finished here. */
export function useTasks(open: Floor): StocktakeTasks[] | null {
  const [tasks, setTasks] = useState<StocktakeTasks[] | null>(null);
  const { loaded } = open.engine.state.value;
  const place = open.counting.place.value?.sheet;
  useEffect(() => {
    let wanted = true;
    void loadTasks(open).then((found) => {
      if (wanted) setTasks(found);
    });
    return () => {
      wanted = false;
    };
  }, [open, loaded, place, open.person.value?.id]);
  return tasks;
}
