// Who counts with this device now: choose a name, type the PIN.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Unreachable } from "../../api/client";
import type { DevicePerson } from "../../api/types";
import { errorText } from "../../i18n/errors";
import { phone } from "../../i18n/phone";
import { waitingByPerson } from "../../store/outbox";
import { Button, Empty, LinkButton, Loading, Notice } from "../components";
import { href, navigate } from "../router";
import type { Floor } from "./floor";
import { Head } from "./Head";

const PIN_LENGTH = 6;

function PinPad({ value, onEnter, busy }: { value: Signal<string>; onEnter: () => void; busy: boolean }) {
  const put = (pin: string) => {
    value.value = pin.slice(0, PIN_LENGTH);
  };
  useEffect(() => {
    const type = (event: KeyboardEvent) => {
      if (/^[0-9]$/.test(event.key)) put(value.value + event.key);
      if (event.key === "Backspace") put(value.value.slice(0, -1));
      if (event.key === "Enter" && value.value !== "") onEnter();
    };
    window.addEventListener("keyup", type);
    return () => window.removeEventListener("keyup", type);
  });
  return (
    <div class="keypad">
      {[..."123456789"].map((digit) => (
        <Button key={digit} size="touch" onClick={() => put(value.value + digit)}>
          {digit}
        </Button>
      ))}
      <Button size="touch" onClick={() => put("")}>
        {phone("people.pin.clear")}
      </Button>
      <Button size="touch" onClick={() => put(`${value.value}0`)}>
        0
      </Button>
      <Button kind="main" size="touch" busy={busy} disabled={value.value === ""} onClick={onEnter}>
        {phone("people.pin.enter")}
      </Button>
    </div>
  );
}

function Pin({ open, person, onBack }: { open: Floor; person: DevicePerson; onBack: () => void }) {
  const pin = useSignal("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  // A code scanned by mistake is no try: what it typed here is gone before its Enter is let go.
  useEffect(
    () =>
      open.bus.listen(({ text }) => {
        if (!/^[0-9]{1,6}$/.test(text)) pin.value = "";
      }),
    [open, pin],
  );
  const offline = async () => {
    const known = await open.takePersonOffline(person, pin.value);
    if (known === "known") navigate("/phone");
    else setError(phone(`people.pin.${known}`));
  };
  const enter = async () => {
    setBusy(true);
    setError(null);
    try {
      await open.takePerson(person, pin.value);
      navigate("/phone");
    } catch (problem) {
      if (problem instanceof Unreachable) await offline();
      else setError(errorText(problem));
    }
    pin.value = "";
    setBusy(false);
  };
  return (
    <section class="pin">
      <h2>{phone("people.pin", { name: person.name })}</h2>
      <p class="pin-dots" role="status" aria-label={`${pin.value.length} / ${PIN_LENGTH}`}>
        {Array.from({ length: PIN_LENGTH }, (_, index) => (
          <i key={index} class={index < pin.value.length ? "full" : ""} />
        ))}
      </p>
      {error && <Notice outcome="alarm" text={error} />}
      <PinPad value={pin} onEnter={enter} busy={busy} />
      <Button size="touch" wide kind="quiet" onClick={onBack}>
        {phone("people.other")}
      </Button>
    </section>
  );
}

/** Whoever takes the device sees how many records wait and whose, not what they say. */
function Waiting({ open, people }: { open: Floor; people: DevicePerson[] }) {
  const [found, setFound] = useState<{ person: string; n: number }[]>([]);
  const { waiting } = open.engine.state.value;
  useEffect(() => {
    void waitingByPerson(open.store).then(setFound);
  }, [open, waiting]);
  if (found.length === 0) return null;
  const name = (id: string) => people.find((person) => person.id === id)?.name ?? phone("people.somebody");
  const whose = found.map(({ person, n }) => phone("people.waiting.one", { name: name(person), n })).join(" · ");
  const n = found.reduce((sum, one) => sum + one.n, 0);
  return <Notice outcome="info" title={phone("people.waiting", { n })} text={whose} />;
}

export function People({ open }: { open: Floor }) {
  const [list, setList] = useState<{ rows: DevicePerson[]; offline: boolean } | null>(null);
  const [chosen, setChosen] = useState<DevicePerson | null>(null);
  // The list comes anew whenever contact with the server changes.
  const { phase } = open.engine.state.value;
  useEffect(() => {
    void open.people().then(setList);
  }, [open, phase]);
  return (
    <>
      <Head title={phone("people.title")} subtitle={open.device.value?.label} />
      <main class="screen">
        {chosen && <Pin open={open} person={chosen} onBack={() => setChosen(null)} />}
        {!chosen && !list && <Loading />}
        {!chosen && list && <Waiting open={open} people={list.rows} />}
        {!chosen && list?.offline && <Notice outcome="look" text={phone("people.offline")} />}
        {!chosen && list?.rows.length === 0 && <Empty text={phone("people.none")} />}
        {!chosen &&
          list?.rows.map((person) => (
            <Button
              key={person.id}
              size="touch"
              wide
              class="choice"
              disabled={!person.has_pin}
              onClick={() => setChosen(person)}
            >
              <span>{person.name}</span>
              {!person.has_pin && <small>{phone("people.no_pin")}</small>}
            </Button>
          ))}
        {!chosen && (
          <LinkButton size="touch" wide kind="quiet" href={href("/phone/me")}>
            {phone("nav.me")}
          </LinkButton>
        )}
      </main>
    </>
  );
}
