// Settings of this device and the change of person.
import { core } from "../../i18n/core";
import { device } from "../../i18n/device";
import { phone } from "../../i18n/phone";
import { play } from "../../scan/sound";
import "../../styles/phone-more.css";
import { Button, LinkButton } from "../components";
import { href, navigate } from "../router";
import { may } from "../session";
import { LanguageSwitch, ThemeSwitch } from "../shell/Preferences";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { Tabs } from "./Tabs";

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
