// The counter's frame: which of the phone's screens is shown, and the scanner that all of them share.
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { core } from "../../i18n/core";
import { phone } from "../../i18n/phone";
import "../../styles/phone.css";
import "../../styles/receive.css";
import { Button, Loading, Notice } from "../components";
import { lazy } from "../lazy";
import { here, match } from "../router";
import { Count } from "./Count";
import { Enrol } from "./Enrol";
import { Finish } from "./Finish";
import { type Floor, floor, floorError, openFloor } from "./floor";
import { Me } from "./Me";
import { Outbox } from "./Outbox";
import { People } from "./People";
import { Places, Tasks } from "./Tasks";

// Not what a counter needs to begin: each comes when it is first shown, from the cache when there is no network.
const Receive = lazy<{ open: Floor }>(() => import("./Receive").then((all) => ({ default: all.Receive })));
const ReceiveStart = lazy<{ open: Floor }>(() =>
  import("./ReceiveStart").then((all) => ({ default: all.ReceiveStart })),
);
const ReceiveFinish = lazy<{ open: Floor }>(() =>
  import("./ReceiveFinish").then((all) => ({ default: all.ReceiveFinish })),
);
const PutAway = lazy<{ open: Floor }>(() => import("./Moves").then((all) => ({ default: all.PutAway })));
const Move = lazy<{ open: Floor }>(() => import("./Moves").then((all) => ({ default: all.Move })));
const LookUp = lazy<{ open: Floor }>(() => import("./LookUp").then((all) => ({ default: all.LookUp })));

const SCREENS: Record<string, ComponentType<{ open: Floor }>> = {
  "/phone/count": Count,
  "/phone/finish": Finish,
  "/phone/receive": Receive,
  "/phone/receive/start": ReceiveStart,
  "/phone/receive/finish": ReceiveFinish,
  "/phone/putaway": PutAway,
  "/phone/move": Move,
  "/phone/lookup": LookUp,
};

function Screen({ open }: { open: Floor }) {
  const { path } = here.value;
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
