// The fixed bin of an item at the site the desk looks at: put-away suggests it first.
import { api, type Page } from "../../../api/client";
import { masters } from "../../../i18n/desk/masters";
import { placeFinder } from "../finders";
import { Combo, type Option } from "../kit/Combo";
import { useLoad } from "../load";
import { site } from "../sites_here";
import type { Item, ItemPlace } from "../types";

export type Bin = Option | null;

async function binOf(siteId: string, item: Item): Promise<Bin> {
  const page = await api.get<Page<ItemPlace>>("/item-places", { site_id: siteId, search: item.sku, limit: 1000 });
  const found = page.rows.find((row) => row.item.id === item.id);
  return found ? { id: found.location.id, label: found.location.code } : null;
}

/** Where the item belongs now; undefined while that is not known. */
export function useBin(item: Item | null): Bin | undefined {
  const here = site.value;
  return useLoad(here && item && `bin:${here.id}:${item.id}`, () => binOf(here?.id ?? "", item as Item)).data;
}

export function FixedBin({ value, onChoose }: { value: Bin; onChoose: (bin: Bin) => void }) {
  const here = site.value;
  if (!here) return null;
  return (
    <Combo<Option>
      label={masters("item.place", { site: here.name })}
      hint={masters("item.place.hint")}
      value={value}
      find={placeFinder(here.id, ["site", "zone", "bin"])}
      onChoose={onChoose}
    />
  );
}

/** `bin` is undefined where nobody touched it. */
export async function saveBin(item: Item, before: Bin | undefined, bin: Bin | undefined): Promise<void> {
  const here = site.peek();
  if (!here || bin === undefined || bin?.id === before?.id) return;
  if (bin) await api.put("/item-places", { site_id: here.id, item_id: item.id, location_id: bin.id });
  else await api.del(`/item-places?site_id=${here.id}&item_id=${item.id}`);
}
