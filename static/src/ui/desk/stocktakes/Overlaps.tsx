// Two sheets, one shelf: side by side, and what they are to each other.
import { useState } from "preact/hooks";
import { api, type Page } from "../../../api/client";
import { count } from "../../../i18n/desk/count";
import { formatQuantity } from "../../../i18n/format";
import { Button } from "../../components";
import { Table } from "../../components/Table";
import { Failure, useForm } from "../kit/form";
import { Nothing, Show } from "../kit/states";
import { useLoad } from "../load";
import type { Overlap, Sheet, StocktakeDetail } from "../types";
import { moment } from "../when";
import { lotWords } from "./line_columns";

export function Overlaps({ stocktake, reload }: { stocktake: StocktakeDetail; reload: () => Promise<void> }) {
  const loaded = useLoad(`${stocktake.id}:${stocktake.progress.overlaps}`, () =>
    api.get<Page<Overlap>>(`/stocktakes/${stocktake.id}/overlaps`),
  );
  return (
    <Show loaded={loaded}>
      {(page) => (
        <div class="scroll">
          {page.rows.length === 0 && <Nothing title={count("overlaps.none")} text={count("overlaps.none.hint")} />}
          {page.rows.map((overlap) => (
            <OverlapCard
              key={`${overlap.location_id}:${overlap.round}`}
              stocktake={stocktake}
              overlap={overlap}
              onDone={async () => {
                await Promise.all([reload(), loaded.reload()]);
              }}
            />
          ))}
        </div>
      )}
    </Show>
  );
}

type Item = Overlap["items"][number];

function quantityOf(item: Item, sheet: Sheet): number | null {
  return item.quantities.find((one) => one.sheet_id === sheet.id)?.quantity ?? null;
}

function differs(item: Item, sheets: Sheet[]): boolean {
  return new Set(sheets.map((sheet) => quantityOf(item, sheet))).size > 1;
}

function OverlapCard({
  stocktake,
  overlap,
  onDone,
}: {
  stocktake: StocktakeDetail;
  overlap: Overlap;
  onDone: () => Promise<void>;
}) {
  const form = useForm({});
  const [choice, setChoice] = useState<string | null>(null);
  const decide = (decision: "sum" | "use" | "handover", sheetId: string | null) => {
    setChoice(sheetId ?? decision);
    return form.submit(async () => {
      await api.post(`/stocktakes/${stocktake.id}/overlaps`, {
        location_id: overlap.location_id,
        round: overlap.round,
        decision,
        ...(sheetId ? { sheet_id: sheetId } : {}),
        sheet_ids: overlap.sheets.map((sheet) => sheet.id),
      });
      await onDone();
    });
  };
  const different = overlap.items.filter((item) => differs(item, overlap.sheets)).length;
  const open = stocktake.state === "counting" || stocktake.state === "closed";
  return (
    <section class="card">
      <header class="card-head">
        <div>
          <h2>{count("overlaps.title", { place: overlap.location_code, n: overlap.round })}</h2>
          <p class="soft">
            {count("overlaps.about", { n: overlap.sheets.length })}{" "}
            {different > 0 ? count("overlaps.differs", { n: different }) : count("overlaps.same")}
          </p>
        </div>
      </header>
      <Table
        caption={count("overlaps.title", { place: overlap.location_code, n: overlap.round })}
        rows={overlap.items}
        rowKey={(item) => `${item.item_id}:${item.lot}`}
        columns={[
          {
            key: "item",
            label: count("col.item"),
            render: (item) => (
              <>
                {item.item_name}
                <br />
                <small>
                  <code>{item.sku}</code>
                  {lotWords(item.lot) && ` · ${lotWords(item.lot)}`}
                </small>
              </>
            ),
          },
          ...overlap.sheets.map((sheet) => ({
            key: sheet.id,
            label: `${sheet.person_name} · ${sheet.device_label} · ${moment(sheet.opened_at)}`,
            align: "end" as const,
            render: (item: Item) => {
              const quantity = quantityOf(item, sheet);
              if (quantity === null) return <span class="soft">{count("overlaps.not_counted")}</span>;
              return (
                <span class={differs(item, overlap.sheets) ? "differs number" : "number"}>
                  {formatQuantity(quantity, item.unit_scale)}
                </span>
              );
            },
          })),
          {
            key: "sum",
            label: count("overlaps.total"),
            align: "end" as const,
            render: (item: Item) => (
              <span class="number soft">
                {formatQuantity(
                  item.quantities.reduce((sum, one) => sum + one.quantity, 0),
                  item.unit_scale,
                )}
              </span>
            ),
          },
        ]}
      />
      <Failure failure={form.failure} />
      {open && (
        <footer class="card-actions">
          {overlap.sheets.map((sheet) => (
            <Button
              key={sheet.id}
              busy={form.busy && choice === sheet.id}
              disabled={form.busy}
              onClick={() => void decide("use", sheet.id)}
            >
              {count("overlaps.use", { name: sheet.person_name })}
            </Button>
          ))}
          <Button
            busy={form.busy && choice === "handover"}
            disabled={form.busy}
            onClick={() => void decide("handover", null)}
          >
            {count("overlaps.handover")} · {count("overlaps.handover.hint")}
          </Button>
          <Button busy={form.busy && choice === "sum"} disabled={form.busy} onClick={() => void decide("sum", null)}>
            {count("overlaps.sum")} · {count("overlaps.sum.hint")}
          </Button>
        </footer>
      )}
    </section>
  );
}
