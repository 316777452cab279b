// The camera on a scanning screen: a key that opens it, and the panel, which is loaded when it is first opened.
// Any screen that listens to the scan bus can have both; what the camera reads arrives there like a wedge's code.
import type { Signal } from "@preact/signals";
import { area } from "../../i18n/language";
import { Button } from "../components";
import { lazy } from "../lazy";

/** The key's word alone: the panel's texts come with the panel. */
const words = area({ open: "相机" }, { open: "Camera" });

export const CameraPanel = lazy(() => import("./CameraPanel"));

/** Opens and closes the panel. `shown` belongs to the screen, so that it can make room. */
export function CameraKey({ shown }: { shown: Signal<boolean> }) {
  const toggle = () => {
    shown.value = !shown.value;
  };
  return (
    <Button size="touch" class="camera-key" aria-expanded={shown.value} onClick={toggle}>
      {words("open")}
    </Button>
  );
}
