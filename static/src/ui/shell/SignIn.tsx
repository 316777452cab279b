// Password sign-in of the desk.
import { useState } from "preact/hooks";
import { core } from "../../i18n/core";
import { errorText } from "../../i18n/errors";
import { Button, Field, LinkButton, Notice } from "../components";
import { href } from "../router";
import { session, sessionState, signInWithPassword } from "../session";
import { LanguageSwitch } from "./Preferences";

export function SignIn() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signInWithPassword(login, password);
    } catch (problem) {
      setError(problem);
      setPassword("");
    }
    setBusy(false);
  };
  return (
    <main class="entry">
      <div class="entry-head">
        <h1>{core("app.name")}</h1>
        <LanguageSwitch />
      </div>
      {session.value?.secure === false && <Notice outcome="look" text={core("app.secure_needed")} />}
      {sessionState.value === "unreachable" && <Notice outcome="look" text={core("state.unreachable")} />}
      <form class="entry-form" onSubmit={submit}>
        <h2>{core("sign_in.title")}</h2>
        <Field
          label={core("sign_in.login")}
          name="login"
          autocomplete="username"
          autocapitalize="none"
          size="touch"
          value={login}
          onText={setLogin}
          required
        />
        <Field
          label={core("sign_in.password")}
          name="password"
          type="password"
          autocomplete="current-password"
          size="touch"
          value={password}
          onText={setPassword}
          required
        />
        {error !== null && <Notice outcome="alarm" text={errorText(error)} />}
        <Button kind="main" size="touch" wide type="submit" busy={busy}>
          {core("sign_in.submit")}
        </Button>
      </form>
      <p>
        <small>{core("sign_in.intro")}</small>
      </p>
      <LinkButton size="touch" wide href={href("/enrol")}>
        {core("sign_in.enrol")}
      </LinkButton>
    </main>
  );
}
