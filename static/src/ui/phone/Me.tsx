// Settings of this device and the change of person.
import { useEffect, useState } from "preact/hooks";
import { core } from "../../i18n/core";
import { device } from "../../i18n/device";
import { phone } from "../../i18n/phone";
import { play } from "../../scan/sound";
import "../../styles/phone-more.css";
import { askToKeep } from "../../store/device";
import { type Room, readRoom } from "../../store/room";
import { Button, LinkButton } from "../components";
import { href, navigate } from "../router";
import { may } from "../session";
import { LanguageSwitch, ThemeSwitch } from "../shell/Preferences";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { Tabs } from "./Tabs";

/** "1.2 GB", "34 MB": space on a device. */
function formatBytes(bytes: number): string {
  const [unit, divisor] = bytes >= 1e9 ? ["gigabyte", 1e9] : ["megabyte", 1e6];
  const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: bytes < 1e10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(document.documentElement.lang, style as Intl.NumberFormatOptions).format(
    bytes / Number(divisor),
  );
}

/** Whether the browser keeps what is on this device, and how much space there is. */
function Storage({ open }: { open: Floor }) {
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    void readRoom().then(setRoom);
  }, []);
  if (!room) return null;
  const ask = async () => {
    await askToKeep(open.store);
    setRoom(await readRoom());
  };
  return (
    <section class="card settings">
      <h3>{device("room.title")}</h3>
      <p class="soft">{device(room.kept ? "room.kept" : "room.not_kept")}</p>
      {room.used !== null && room.most !== null && (
        <p class="soft">
          {device("room.used", { used: formatBytes(room.used), most: formatBytes(room.most - room.used) })}
        </p>
      )}
      {!room.kept && (
        <Button size="touch" wide onClick={ask}>
          {device("room.ask")}
        </Button>
      )}
    </section>
  );
}

export function Me({ open }: { open: Floor }) {
  const person = open.person.value;
  const enrolled = open.device.value;
  const leave = async () => {
    await open.leave();
    navigate("/phone");
  };
  return (
    <>
      <Head
        title={phone("nav.me")}
        subtitle={enrolled ? `${enrolled.label} · ${enrolled.number}` : undefined}
        back={person ? undefined : "/phone"}
      />
      <main class="screen">
        {person && (
          <section class="card">
            <p class="soft">{device("me.person")}</p>
            <h2>{person.name}</h2>
            {person.auth === "offline" && <p class="soft">{device("me.offline_person")}</p>}
            <Button size="touch" wide onClick={leave}>
              {device("me.leave")}
            </Button>
            <p class="soft">{device("me.leave.hint")}</p>
          </section>
        )}
        <section class="card settings">
          <h3>{core("language.label")}</h3>
          <LanguageSwitch />
          <h3>{core("theme.label")}</h3>
          <ThemeSwitch />
          <h3>{device("me.sound")}</h3>
          <div class="three">
            {(["ok", "look", "alarm"] as const).map((outcome) => (
              <Button key={outcome} size="touch" onClick={() => play(outcome)}>
                {core(`outcome.${outcome}`)}
              </Button>
            ))}
          </div>
        </section>
        <Storage open={open} />
        {may("supervisor") && (
          <LinkButton size="touch" wide href={href("/desk")}>
            {core("app.to_desk")}
          </LinkButton>
        )}
        <LinkButton size="touch" wide kind="quiet" href={href("/enrol")}>
          {device("me.reenrol")}
        </LinkButton>
        <p class="soft center">
          {device("outbox.version")} {__APP__}
        </p>
      </main>
      {person && <Tabs current="me" />}
    </>
  );
}
