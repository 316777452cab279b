// What a scan may ask for: a lot and its expiry, a serial number, whether a pallet is complete. None of it stops the
// next scan: what was scanned is on disk, and is written anew when the answer comes.
import { useState } from "preact/hooks";
import { formatQuantity } from "../../i18n/format";
import { formatDay } from "../../i18n/receive";
import { goods } from "../../i18n/receive_screens";
import type { ItemRow } from "../../store/schema";
import { Button, Field } from "../components";
import type { Wanted } from "./receipt_lines";
import type { Pallet } from "./receipt_work";
import type { LotEntry, Receiving } from "./receiving";

const LOT_LENGTH_MAX = 64;

/** "20270531", "2027-05-31" or "270531"; null when there is no such day. */
export function readDay(text: string): string | null {
  const digits = text.normalize("NFKC").replace(/[^0-9]/g, "");
  const whole = digits.length === 6 ? `20${digits}` : digits;
  const parts = /^(20[0-9]{2})([0-9]{2})([0-9]{2})$/.exec(whole);
  if (!parts) return null;
  const [, year, month, day] = parts;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() + 1 === Number(month) && Number(day) > 0 ? `${year}-${month}-${day}` : null;
}

function knownWords({ lot, expires_on }: LotEntry): string {
  return expires_on ? `${lot} · ${formatDay(expires_on)}` : lot;
}

function pieces({ looks, item }: Wanted): string {
  const quantity = looks.reduce((sum, look) => sum + look.quantity, 0);
  return formatQuantity(quantity, item.unit.scale);
}

export function LotSheet({ receiving, wanted }: { receiving: Receiving; wanted: Wanted }) {
  const { item } = wanted;
  const [lot, setLot] = useState("");
  const [expiry, setExpiry] = useState("");
  const day = readDay(expiry);
  const wrong = expiry !== "" && expiry.replace(/[^0-9]/g, "").length >= 6 && day === null;
  const ready = (!item.tracks_lots || lot.trim() !== "") && (!item.tracks_expiry || day !== null);
  const known = receiving.lotsAnnounced(item.id);
  return (
    <section class="sheet" aria-label={goods("lot.title", { name: item.name })}>
      <p class="sheet-title">
        <b>{goods("lot.title", { name: item.name })}</b> <span>{goods("lot.waits", { n: pieces(wanted) })}</span>
      </p>
      {known.length > 0 && (
        <div class="two">
          {known.map((entry) => (
            <Button key={entry.lot} size="touch" onClick={() => receiving.enterLot(item, entry)}>
              {knownWords(entry)}
            </Button>
          ))}
        </div>
      )}
      <div class="two">
        {item.tracks_lots && (
          <Field label={goods("lot.number")} size="touch" maxLength={LOT_LENGTH_MAX} value={lot} onText={setLot} />
        )}
        {item.tracks_expiry && (
          <Field
            label={goods("lot.expiry")}
            placeholder="20270531"
            size="touch"
            inputMode="numeric"
            maxLength={10}
            value={expiry}
            error={wrong ? goods("lot.expiry.wrong") : undefined}
            onText={setExpiry}
          />
        )}
      </div>
      <div class="two">
        <Button size="touch" onClick={() => receiving.lotUnknown(item)}>
          {goods("lot.unknown")}
        </Button>
        <Button
          kind="main"
          size="touch"
          disabled={!ready}
          onClick={() => receiving.enterLot(item, { lot: lot.trim(), expires_on: day })}
        >
          {goods("lot.save")}
        </Button>
      </div>
    </section>
  );
}

export function SerialSheet({ receiving, item }: { receiving: Receiving; item: ItemRow }) {
  const [serial, setSerial] = useState("");
  const save = async () => {
    await receiving.enterSerial(serial.trim());
    setSerial("");
  };
  return (
    <section class="sheet" aria-label={goods("serial.title", { name: item.name })}>
      <p class="sheet-title">
        <b>{goods("serial.title", { name: item.name })}</b>
      </p>
      <Field
        label={goods("serial.number")}
        hint={goods("serial.hint")}
        size="touch"
        maxLength={LOT_LENGTH_MAX}
        value={serial}
        onText={setSerial}
      />
      <div class="two">
        <Button size="touch" onClick={() => receiving.lotUnknown(item)}>
          {goods("serial.unknown")}
        </Button>
        <Button kind="main" size="touch" disabled={serial.trim() === ""} onClick={save}>
          {goods("lot.save")}
        </Button>
      </div>
    </section>
  );
}

export function PalletPanel({ receiving, pallet }: { receiving: Receiving; pallet: Pallet }) {
  return (
    <section class="card pallet" aria-label={goods("pallet.title", { sscc: pallet.sscc })}>
      <p class="soft">{goods("pallet.here")}</p>
      <h2>
        <code>{pallet.sscc}</code>
      </h2>
      <p class="soft">{goods("pallet.hint")}</p>
      <ul>
        {pallet.lines.map((line) => {
          const item = receiving.itemOf(line.item);
          return (
            <li key={`${line.item}|${line.lot}`} class="pallet-line">
              <span>
                {item?.name ?? line.item}
                {line.lot && <small> {knownWords(line)}</small>}
              </span>
              <b>{formatQuantity(line.quantity, item?.unit.scale ?? 0)}</b>
            </li>
          );
        })}
      </ul>
      <div class="two">
        <Button size="touch" onClick={() => receiving.refusePallet()}>
          {goods("pallet.not")}
        </Button>
        <Button kind="main" size="touch" onClick={() => receiving.confirmPallet()}>
          {goods("pallet.all")}
        </Button>
      </div>
    </section>
  );
}
