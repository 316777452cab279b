// For labels that cannot be read: find the item by name, SKU or part of its code; a tap counts one.
import { useEffect, useState } from "preact/hooks";
import { phone } from "../../i18n/phone";
import { searchItems } from "../../store/masters";
import type { ItemRow } from "../../store/schema";
import { Button, Field } from "../components";
import type { Floor } from "./floor";

const TYPED_MS = 150;

export function Search({ open, onChoose }: { open: Floor; onChoose: (item: ItemRow) => void }) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<ItemRow[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => void searchItems(open.store, words).then(setFound), TYPED_MS);
    return () => clearTimeout(timer);
  }, [open, words]);
  return (
    <section class="search">
      <Field
        label={phone("count.search.label")}
        hint={phone("count.search.hint")}
        size="touch"
        value={words}
        onText={setWords}
      />
      {words.trim() !== "" && found.length === 0 && <p class="soft">{phone("count.search.none")}</p>}
      {found.map((item) => (
        <Button key={item.id} size="touch" wide class="choice" onClick={() => onChoose(item)}>
          <span>{item.name}</span>
          <small>{item.sku}</small>
        </Button>
      ))}
    </section>
  );
}
