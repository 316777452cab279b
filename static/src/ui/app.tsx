// Which frame stands around the screen: a device's counting screens, the desk, or the way in.
import { core } from "../i18n/core";
import { Loading } from "./components";
import { ErrorBoundary } from "./ErrorBoundary";
import { lazy } from "./lazy";
import { here } from "./router";
import { person, session, sessionState } from "./session";
import { UpdateBar } from "./shell/UpdateBar";

const DeskLayout = lazy(() => import("./shell/DeskLayout"));
const SignIn = lazy<object>(() => import("./shell/SignIn").then((all) => ({ default: all.SignIn })));
const PhoneLayout = lazy(() => import("./phone/PhoneLayout"));

function isPhone(path: string): boolean {
  return path.startsWith("/phone") || path.startsWith("/enrol");
}

function Frame({ enrolled }: { enrolled: boolean }) {
  const path = here.value.path;
  if (isPhone(path) || (enrolled && path === "/")) return <PhoneLayout />;
  if (sessionState.value === "starting") return <Loading />;
  if (enrolled && path === "/desk" && !person.value) return <PhoneLayout />;
  return person.value ? <DeskLayout /> : <SignIn />;
}

/** `enrolled`: this browser has a device's key and outbox, whatever the server says right now. */
export function App({ enrolled }: { enrolled: boolean }) {
  return (
    <ErrorBoundary text={core("app.crashed")}>
      <UpdateBar />
      <Frame enrolled={enrolled || Boolean(session.value?.device)} />
    </ErrorBoundary>
  );
}
