// Codes that meant nothing when they were scanned: what they are is said here, and every scan of them is credited.
import { useState } from "preact/hooks";
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { count } from "../../../i18n/desk/count";
import { Button, Field, Notice } from "../../components";
import { findItems, type ItemOption } from "../finders";
import { Combo } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import { ListTable } from "../kit/ListTable";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import type { StocktakeDetail, UnknownCode } from "../types";
import { moment } from "../when";

function columns(onBind: ((code: UnknownCode) => void) | null): Column<UnknownCode>[] {
  return [
    {
      key: "code",
      label: count("codes.code"),
      track: "minmax(9rem, 1.4fr)",
      render: (row) => (
        <>
          <code class="clip strong">{row.as_scanned}</code>
          <small>{count("codes.scans", { n: row.scans })}</small>
        </>
      ),
    },
    {
      key: "pieces",
      label: count("codes.pieces"),
      track: "4.5rem",
      align: "end",
      render: (row) => <span class="number">{row.pieces}</span>,
    },
    {
      key: "where",
      label: count("codes.where"),
      track: "minmax(6rem, 1fr)",
      from: 30,
      render: (row) => (
        <>
          <span class="clip">{row.places.join(", ")}</span>
          <small class="clip">{row.persons.join(", ")}</small>
        </>
      ),
    },
    {
      key: "beside",
      label: count("codes.beside"),
      track: "minmax(8rem, 1.4fr)",
      from: 44,
      render: (row) =>
        row.beside ? (
          <>
            <span class="clip">{row.beside.name}</span>
            <small class="clip">
              <code>{row.beside.sku}</code>
            </small>
          </>
        ) : (
          <span class="soft">—</span>
        ),
    },
    {
      key: "when",
      label: count("codes.when"),
      track: "8rem",
      from: 56,
      render: (row) => moment(row.last_at),
    },
    {
      key: "bind",
      label: "",
      track: "8.5rem",
      align: "end",
      render: (row) => onBind && <Button onClick={() => onBind(row)}>{count("codes.bind")}</Button>,
    },
  ];
}

export function UnknownCodes({ stocktake, reload }: { stocktake: StocktakeDetail; reload: () => Promise<void> }) {
  const [binding, setBinding] = useState<UnknownCode | null>(null);
  const [credited, setCredited] = useState<number | null>(null);
  const list = usePaged<UnknownCode>(`${stocktake.id}:${stocktake.progress.unknown_codes}`, (page) =>
    api.get<Page<UnknownCode>>(`/stocktakes/${stocktake.id}/unknown-codes`, page),
  );
  const open = stocktake.state === "counting" || stocktake.state === "closed";
  return (
    <>
      {credited !== null && <Notice outcome="ok" text={count("codes.done", { n: credited })} />}
      <ListTable
        caption={count("tab.codes")}
        columns={columns(open ? setBinding : null)}
        list={list}
        rowKey={(row) => row.code}
        onOpen={open ? setBinding : undefined}
        empty={<Nothing title={count("codes.none")} text={count("codes.none.hint")} />}
      />
      {binding && (
        <BindDialog
          stocktake={stocktake}
          code={binding}
          onClose={() => setBinding(null)}
          onDone={async (sheets) => {
            setCredited(sheets);
            await Promise.all([reload(), list.reload()]);
          }}
        />
      )}
    </>
  );
}

function BindDialog({
  stocktake,
  code,
  onDone,
  onClose,
}: {
  stocktake: StocktakeDetail;
  code: UnknownCode;
  onDone: (sheets: number) => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm<{ item_id: ItemOption | null; pack_factor: string }>(
    { item_id: null, pack_factor: "1" },
    (values) => ({
      item_id: values.item_id ? undefined : desk("form.choose"),
      pack_factor: /^[1-9][0-9]{0,5}$/.test(values.pack_factor.trim()) ? undefined : desk("form.number"),
    }),
  );
  const send = async () => {
    const answer = await api.post<{ sheets: number }>(`/stocktakes/${stocktake.id}/unknown-codes/bind`, {
      code: code.code,
      item_id: form.values.item_id?.id,
      pack_factor: Number(form.values.pack_factor),
    });
    await onDone(answer.sheets);
  };
  return (
    <FormDialog
      title={count("codes.bind.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={count("codes.submit")}
    >
      <p>
        <code class="strong">{code.as_scanned}</code> · {code.places.join(", ")}
        {code.beside && (
          <>
            <br />
            <small>
              {count("codes.beside")}: {code.beside.name}
            </small>
          </>
        )}
      </p>
      <p class="soft">{count("codes.bind.about", { n: code.pieces })}</p>
      <Combo<ItemOption>
        label={count("codes.item")}
        hint={desk("combo.hint")}
        error={form.error("item_id")}
        value={form.values.item_id}
        find={findItems}
        onChoose={(option) => form.set("item_id", option)}
      />
      <Field
        label={count("codes.pack")}
        hint={count("codes.pack.hint")}
        inputMode="numeric"
        value={form.values.pack_factor}
        error={form.error("pack_factor")}
        onText={(text) => form.set("pack_factor", text)}
      />
    </FormDialog>
  );
}
