// The counter's frame: which of the phone's screens is shown, and the scanner that all of them share.
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { core } from "../../i18n/core";
import { phone } from "../../i18n/phone";
import "../../styles/phone.css";
import "../../styles/phone-count.css";
import { Button, Loading, Notice } from "../components";
import { lazy } from "../lazy";
import { here, match } from "../router";
import { Count } from "./Count";
import { type Floor, floor, floorError, openFloor } from "./floor";
import type { Handling } from "./handling";
import { People } from "./People";
import { Places, Tasks } from "./Tasks";

interface Shown {
  open: Floor;
}
interface HandlingShown extends Shown, Pick<Handling, "receiving" | "moving"> {}

// Not what a counter needs to begin: each comes when it is first shown, from the cache when there is no network.
const Enrol = lazy<object>(() => import("./Enrol").then((all) => ({ default: all.Enrol })));
const Me = lazy<Shown>(() => import("./Me").then((all) => ({ default: all.Me })));
const Outbox = lazy<Shown>(() => import("./Outbox").then((all) => ({ default: all.Outbox })));

/** A screen that takes codes: what is scanned while it comes waits for it. */
function scanning(load: (open: Floor) => Promise<ComponentType<Shown>>) {
  return lazy<Shown>(({ open }) => {
    open.bus.expect();
    return load(open).then((component) => ({ default: component }));
  });
}

/** A screen where goods are handled: receiving and moving come with the first of them. */
function handling(load: () => Promise<ComponentType<HandlingShown>>) {
  return scanning(async (open) => {
    const [Screen, { receiving, moving }] = await Promise.all([load(), open.openHandling()]);
    return () => <Screen open={open} receiving={receiving} moving={moving} />;
  });
}

const SCREENS: Record<string, ComponentType<Shown>> = {
  "/phone/count": Count,
  "/phone/finish": scanning(() => import("./Finish").then((all) => all.Finish)),
  "/phone/receive": handling(() => import("./Receive").then((all) => all.Receive)),
  "/phone/receive/start": handling(() => import("./ReceiveStart").then((all) => all.ReceiveStart)),
  "/phone/receive/finish": handling(() => import("./ReceiveFinish").then((all) => all.ReceiveFinish)),
  "/phone/putaway": handling(() => import("./Moves").then((all) => all.PutAway)),
  "/phone/move": handling(() => import("./Moves").then((all) => all.Move)),
  "/phone/lookup": scanning(() => import("./LookUp").then((all) => all.LookUp)),
};

function Screen({ open }: Shown) {
  const { path } = here.value;
  const Instead = open.instead.value;
  if (Instead && path !== "/phone/outbox") return <Instead open={open} />;
  if (path.startsWith("/enrol") || !open.device.value) return <Enrol />;
  if (path === "/phone/me") return <Me open={open} />;
  if (path === "/phone/outbox") return <Outbox open={open} />;
  if (!open.person.value) return <People open={open} />;
  const Known = SCREENS[path];
  if (Known) return <Known open={open} />;
  const place = match("/phone/stocktake/:id", path);
  return place ? <Places open={open} id={place.id ?? ""} /> : <Tasks open={open} />;
}

export default function PhoneLayout() {
  const open = floor.value;
  useEffect(() => {
    void openFloor();
  }, []);
  // In the layout's step: a code scanned the moment the screen is there must find somebody listening.
  useLayoutEffect(() => open?.listenToScanner(), [open]);
  if (floorError.value) {
    return (
      <main class="entry">
        <Notice outcome="alarm" text={phone("outbox.read_only")}>
          <Button kind="main" size="touch" onClick={() => location.reload()}>
            {core("app.reload")}
          </Button>
        </Notice>
      </main>
    );
  }
  return <div class="phone">{open ? <Screen open={open} /> : <Loading />}</div>;
}
