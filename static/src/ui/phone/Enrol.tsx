// The way in for a device: a code from a supervisor, typed or in the address.
import { useState } from "preact/hooks";
import { core } from "../../i18n/core";
import { device } from "../../i18n/device";
import { errorText } from "../../i18n/errors";
import { Button, Field, LinkButton, Notice } from "../components";
import { here, href, navigate } from "../router";
import { LanguageSwitch } from "../shell/Preferences";
import { floor } from "./floor";

/** #/enrol/ABCD-EFGH or #/enrol?code=ABCD-EFGH, as the supervisor's QR code has it. */
export function codeFromAddress(path: string, query: URLSearchParams): string {
  return query.get("code") ?? decodeURIComponent(path.split("/")[2] ?? "");
}

function Insecure() {
  return (
    <Notice outcome="alarm" title={device("enrol.insecure.title")} text={device("enrol.insecure")}>
      <p>{device("enrol.insecure.how")}</p>
    </Notice>
  );
}

function EnrolForm() {
  const [code, setCode] = useState(codeFromAddress(here.value.path, here.value.query));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const waiting = floor.value?.engine.state.value.waiting ?? 0;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await floor.value?.enrol(code.trim().toUpperCase());
      navigate("/phone", { replace: true });
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return (
    <form class="entry-form" onSubmit={submit}>
      <h2>{device("enrol.title")}</h2>
      <p>{device("enrol.intro")}</p>
      {waiting > 0 && <Notice outcome="look" text={device("enrol.kept", { n: waiting })} />}
      <Field
        label={device("enrol.code")}
        hint={device("enrol.code.hint")}
        name="code"
        size="touch"
        autocapitalize="characters"
        spellcheck={false}
        value={code}
        onText={setCode}
        data-scan="field"
        required
      />
      {error !== null && <Notice outcome="alarm" text={errorText(error)} />}
      <Button kind="main" size="touch" wide type="submit" busy={busy} disabled={code.trim() === ""}>
        {device("enrol.submit")}
      </Button>
    </form>
  );
}

export function Enrol() {
  return (
    <main class="entry">
      <div class="entry-head">
        <h1>{core("app.name")}</h1>
        <LanguageSwitch />
      </div>
      {window.isSecureContext && crypto.subtle ? <EnrolForm /> : <Insecure />}
      <LinkButton size="touch" wide href={href("/sign-in")}>
        {core("sign_in.title")}
      </LinkButton>
    </main>
  );
}
