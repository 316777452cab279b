// What stands where something is being loaded, is missing, or went wrong: what, where, what to do.
import type { ComponentChildren } from "preact";
import { core } from "../../../i18n/core";
import { desk } from "../../../i18n/desk";
import { errorText } from "../../../i18n/errors";
import { Button, Notice } from "../../components";
import type { Loaded } from "../load";

export function Working() {
  return (
    <p class="working" role="status">
      {core("state.loading")}
    </p>
  );
}

export function Failed({ error, onRetry, what }: { error: unknown; onRetry?: () => unknown; what?: string }) {
  return (
    <Notice outcome="alarm" title={what ?? desk("failed.title")} text={errorText(error)}>
      {onRetry && (
        <p>
          <Button onClick={() => void onRetry()}>{core("action.retry")}</Button>
        </p>
      )}
    </Notice>
  );
}

/** Shows `children` of what was loaded; an error of a reload stands above what is still there. */
export function Show<T>({ loaded, children }: { loaded: Loaded<T>; children: (data: T) => ComponentChildren }) {
  if (loaded.starting) return <Working />;
  const failed = loaded.error === undefined ? null : <Failed error={loaded.error} onRetry={loaded.reload} />;
  if (loaded.data === undefined) return failed;
  return (
    <>
      {failed}
      {children(loaded.data)}
    </>
  );
}

export function Nothing({ title, text, children }: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="nothing">
      <strong>{title}</strong>
      {text && <p>{text}</p>}
      {children && <div class="bar">{children}</div>}
    </div>
  );
}
