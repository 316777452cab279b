// How items and locations are found while somebody types or scans.
import { api, type Page } from "../../api/client";
import type { Option } from "./kit/Combo";
import type { Item, LocationKind, Place, Unit } from "./types";

export interface ItemOption extends Option {
  item: Item;
}

export function itemOption(item: Item): ItemOption {
  return { id: item.id, label: item.name, note: item.sku, item };
}

export async function findItems(text: string): Promise<ItemOption[]> {
  const page = await api.get<Page<Item>>("/items", { search: text, limit: 12 });
  return page.rows.map(itemOption);
}

/** What most goods are counted in: whole pieces, where there is such a unit. */
export function usualUnit(units: readonly Unit[]): string | undefined {
  return (units.find((unit) => unit.code === "pcs") ?? units.find((unit) => unit.scale === 0) ?? units[0])?.id;
}

export interface PlaceOption extends Option {
  place: Place;
}

export function placeFinder(siteId: string, kinds: LocationKind[]): (text: string) => Promise<PlaceOption[]> {
  return async (text) => {
    const page = await api.get<Page<Place>>(`/sites/${siteId}/locations`, { search: text, limit: 60 });
    return page.rows
      .filter((place) => place.active && kinds.includes(place.kind))
      .slice(0, 12)
      .map((place) => ({
        id: place.id,
        label: place.code,
        note: place.name === place.code ? undefined : place.name,
        place,
      }));
  };
}
