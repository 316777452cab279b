// The camera's picture above the list: aiming frame, one line that says what goes on, and what this camera can do.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { showCode } from "../../domain/code";
import { readGs1 } from "../../domain/gs1";
import { camera as words } from "../../i18n/camera";
import type { ScanBus } from "../../scan/bus";
import { Camera, type Choice } from "../../scan/camera/camera";
import type { Read } from "../../scan/camera/reading";
import { regionOf } from "../../scan/camera/region";
import { itemByForm, locationByForm } from "../../store/masters";
import type { Store } from "../../store/store";
import "../../styles/camera.css";
import { Button } from "../components";
import { CameraHelp } from "./CameraHelp";
import { padsOpen } from "./Keypad";

/** What the panel needs of the floor. */
interface Opened {
  bus: ScanBus;
  store: Store;
}

/** Who has started the camera on this device before needs no second tap. */
const STARTED = "pandian.camera.started";

/** What the catalogue calls a code; a GS1 message is called by the article it names. */
async function nameIn(store: Store, { form, text, symbology }: Read): Promise<string | null> {
  const gtin = readGs1(text, symbology)?.gtin ?? form;
  const [item, place] = await Promise.all([
    itemByForm(store, form).then((found) => found ?? itemByForm(store, gtin)),
    locationByForm(store, form),
  ]);
  return item?.name ?? place?.code ?? null;
}

const points = ({ corners }: Choice) => corners.map(({ x, y }) => `${x},${y}`).join(" ");

/** Drawn in the video's own pixels: `slice` lays it over the picture exactly as `object-fit: cover` lays the video. */
function Overlay({ camera }: { camera: Camera }) {
  const { width, height } = camera.size.value;
  const region = regionOf(width, height);
  return (
    <svg
      class={`camera-frame camera-frame-${camera.notice.value}`}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <rect class="camera-aim" {...region} rx="16" />
      {camera.choices.value.map((choice, index) => (
        <g key={choice.form} class={choice.counted ? "counted" : ""} onPointerUp={() => camera.choose(choice.form)}>
          <polygon points={points(choice)} />
          <text x={choice.corners[0]?.x} y={choice.corners[0]?.y}>
            {index + 1}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** The outlined codes once more, as keys for the thumb. */
function Choices({ camera }: { camera: Camera }) {
  const choices = camera.choices.value;
  return (
    <div class={choices.length > 2 ? "camera-choices two" : "camera-choices"}>
      {choices.map((choice, index) => (
        <Button key={choice.form} size="touch" wide class="choice" onClick={() => camera.choose(choice.form)}>
          <span>
            {index + 1} · {choice.name ?? showCode(choice.text)}
          </span>
          <small>{choice.counted ? `✓ ${words("choice.counted")}` : choice.name && showCode(choice.text)}</small>
        </Button>
      ))}
    </div>
  );
}

function Tools({ camera }: { camera: Camera }) {
  const { torch, zoom, lenses } = camera.abilities.value;
  const current = camera.zoom.value;
  const step = zoom[(zoom.indexOf(current) + 1) % zoom.length];
  if (!torch && zoom.length < 2 && lenses.length < 2) return null;
  return (
    <div class="camera-tools">
      {torch && (
        <Button size="touch" aria-pressed={camera.torch.value} onClick={() => camera.setTorch(!camera.torch.value)}>
          {words("torch")}
        </Button>
      )}
      {step !== undefined && zoom.length > 1 && (
        <Button size="touch" onClick={() => camera.setZoom(step)}>
          {words("zoom", { n: step })}
        </Button>
      )}
      {lenses.length > 1 && (
        <Button size="touch" onClick={() => camera.nextLens()}>
          {words("lens")}
        </Button>
      )}
    </div>
  );
}

function Line({ camera }: { camera: Camera }) {
  const phase = camera.phase.value;
  const text = phase === "on" ? words(`notice.${camera.notice.value}`) : words("start.hint");
  return (
    <p class={`camera-line camera-line-${camera.notice.value}`} role="status">
      {phase === "starting" ? words("starting") : text}
    </p>
  );
}

export default function CameraPanel({ open }: { open: Opened }) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useMemo(() => new Camera(open.bus, (read) => nameIn(open.store, read)), [open]);
  const start = () => camera.start();
  useEffect(() => {
    if (!video.current) return undefined;
    const detach = camera.attach(video.current);
    if (localStorage.getItem(STARTED)) void camera.start();
    return detach;
  }, [camera]);
  const help = camera.help.value;
  const phase = camera.phase.value;
  useEffect(() => {
    if (phase === "on") localStorage.setItem(STARTED, "1");
  }, [phase]);
  return (
    <section class={padsOpen.value > 0 ? "camera camera-low" : "camera"} aria-label={words("panel.label")}>
      {help && <CameraHelp help={help} onRetry={start} />}
      <div class="camera-view" hidden={help !== null}>
        {/* Without playsinline and muted, iOS shows black or a player of its own. */}
        <video ref={video} playsInline muted autoPlay tabIndex={-1} aria-hidden="true" />
        {phase === "on" && <Overlay camera={camera} />}
        {phase === "off" && (
          <Button kind="main" size="touch" class="camera-start" onClick={start}>
            {words("start")}
          </Button>
        )}
      </div>
      {!help && <Line camera={camera} />}
      {camera.choices.value.length > 0 ? <Choices camera={camera} /> : <Tools camera={camera} />}
    </section>
  );
}
