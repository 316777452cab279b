// Photos beside what they show: small ones in a row, each opening large, turned with the arrow keys.
import { useState } from "preact/hooks";
import { url } from "../../../api/client";
import { grn } from "../../../i18n/desk/receiving";
import { Button } from "../../components";
import { Dialog } from "../../components/Dialog";
import type { Photo } from "../types";
import { moment } from "../when";

export const photoUrl = (id: string) => url(`/photos/${id}`);

function purposeWord(purpose: string): string {
  return grn(purpose === "damage" || purpose === "unknown_code" ? `photo.${purpose}` : "photo.evidence");
}

function label(photo: Photo): string {
  return grn("photo.open", { what: purposeWord(photo.purpose), time: moment(photo.taken_at) });
}

/** `told`: with what it is and when under each, where they stand by themselves. */
export function PhotoStrip({ photos, told = false }: { photos: readonly Photo[]; told?: boolean }) {
  const [at, setAt] = useState<number | null>(null);
  if (photos.length === 0) return null;
  return (
    <>
      <ul class="photos">
        {photos.map((photo, index) => (
          <li key={photo.id}>
            <button type="button" class="photo" aria-label={label(photo)} onClick={() => setAt(index)}>
              <img src={photoUrl(photo.id)} alt="" loading="lazy" decoding="async" />
            </button>
            {told && (
              <small>
                {purposeWord(photo.purpose)}
                <br />
                {moment(photo.taken_at)}
              </small>
            )}
          </li>
        ))}
      </ul>
      {at !== null && <PhotoDialog photos={photos} first={at} onClose={() => setAt(null)} />}
    </>
  );
}

export function PhotoDialog({
  photos,
  first,
  onClose,
}: {
  photos: readonly Photo[];
  first: number;
  onClose: () => void;
}) {
  const [at, setAt] = useState(first);
  const [failed, setFailed] = useState(false);
  const photo = photos[at] ?? photos[0];
  if (!photo) return null;
  const turn = (by: number) => {
    setFailed(false);
    setAt((at + by + photos.length) % photos.length);
  };
  const press = (event: KeyboardEvent) => {
    if (photos.length < 2 || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    turn(event.key === "ArrowLeft" ? -1 : 1);
  };
  return (
    <Dialog
      title={`${purposeWord(photo.purpose)} · ${moment(photo.taken_at)}`}
      onClose={onClose}
      wide
      actions={
        photos.length > 1 && (
          <>
            <span class="soft spread">{grn("photo.n", { n: at + 1, all: photos.length })}</span>
            <Button onClick={() => turn(-1)}>{grn("photo.previous")}</Button>
            <Button onClick={() => turn(1)}>{grn("photo.next")}</Button>
          </>
        )
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys repeat what the buttons do */}
      <div class="photo-large" onKeyDown={press}>
        {failed ? (
          <p class="soft">{grn("photo.failed")}</p>
        ) : (
          <img key={photo.id} src={photoUrl(photo.id)} alt={label(photo)} onError={() => setFailed(true)} />
        )}
      </div>
    </Dialog>
  );
}
