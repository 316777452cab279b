// The key that takes a picture, the small pictures beside a line, and what is to be said about the waiting ones.
import { useState } from "preact/hooks";
import { phone } from "../../i18n/phone";
import type { PhotoPurpose } from "../../store/schema";
import { Notice } from "../components";
import type { Floor } from "./floor";

interface Props {
  open: Floor;
  purpose: PhotoPurpose;
  record: string;
  document: string;
}

/** The system's own camera: it works without permission, on every phone, and offline. */
export function PhotoKey({ open, purpose, record, document }: Props) {
  const [state, setState] = useState<"ready" | "busy" | "unreadable">("ready");
  const taken = open.photos.thumbs.value.get(record)?.length ?? 0;
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    setState("busy");
    try {
      const { shrink } = await import("./shrink");
      const { bytes, thumb } = await shrink(file);
      await open.photos.add({ purpose, record_id: record, document_id: document, bytes, thumb });
      setState("ready");
    } catch (error) {
      console.warn("a picture was not taken", error);
      setState("unreadable");
    }
  };
  return (
    <div class="photo">
      <label class="button button-plain button-touch photo-key" aria-busy={state === "busy"}>
        <span class="photo-sign" aria-hidden="true" />
        {state === "busy" ? phone("photo.busy") : phone(taken > 0 ? "photo.more" : "photo.take")}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          disabled={state === "busy"}
          aria-label={phone("photo.take")}
          onChange={(event) => void take(event.currentTarget)}
        />
      </label>
      <Thumbs open={open} records={[record]} />
      {state === "unreadable" && <p role="alert">✕ {phone("photo.unreadable")}</p>}
    </div>
  );
}

export function Thumbs({ open, records, name = "" }: { open: Floor; records: string[]; name?: string }) {
  const thumbs = records.flatMap((id) => open.photos.thumbs.value.get(id) ?? []);
  if (thumbs.length === 0) return null;
  return (
    <span class="thumbs">
      {thumbs.map((thumb, index) => (
        <img key={index} src={thumb} alt={phone("photo.of", { name: name || phone("photo.take") })} />
      ))}
    </span>
  );
}

/** What wants to be said loudly, wherever photos are taken. */
export function PhotoNotice({ open }: { open: Floor }) {
  const { unsaved } = open.photos.state.value;
  return unsaved > 0 ? <Notice outcome="alarm" text={phone("photo.unsaved", { n: unsaved })} /> : null;
}
