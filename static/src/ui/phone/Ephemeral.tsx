// A private window: nothing counted here would outlive it, so counting offline is refused.
import { core } from "../../i18n/core";
import { device } from "../../i18n/device";
import { Button, LinkButton, Notice } from "../components";
import { href } from "../router";
import { LanguageSwitch } from "../shell/Preferences";
import { countConnectedOnly } from "./beside";
import type { Floor } from "./floor";

export function Ephemeral({ open }: { open: Floor }) {
  const { waiting } = open.engine.state.value;
  return (
    <main class="entry">
      <div class="entry-head">
        <h1>{core("app.name")}</h1>
        <LanguageSwitch />
      </div>
      <Notice outcome="alarm" title={device("private.title")} text={device("private.text")}>
        <p>{device("private.how")}</p>
      </Notice>
      {waiting > 0 && (
        <LinkButton size="touch" wide href={href("/phone/outbox")}>
          {device("private.waiting", { n: waiting })}
        </LinkButton>
      )}
      <Button size="touch" wide onClick={() => countConnectedOnly(open)}>
        {device("private.connected")}
      </Button>
    </main>
  );
}
