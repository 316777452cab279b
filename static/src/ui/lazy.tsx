// Screens that are loaded when they are first shown.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { core } from "../i18n/core";
import { Button, Loading, Notice } from "./components";

/** A component from `load`, with a word while it loads and a way to try again when that fails. */
export function lazy<Props extends object>(
  load: (props: Props) => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  const state = signal<{ component?: ComponentType<Props>; failed: boolean }>({ failed: false });
  let running = false;
  const start = (props: Props) => {
    if (running || state.peek().component) return;
    running = true;
    load(props).then(
      (module) => {
        running = false;
        state.value = { component: module.default, failed: false };
      },
      () => {
        running = false;
        state.value = { failed: true };
      },
    );
  };
  return function Lazy(props: Props) {
    const { component: Loaded, failed } = state.value;
    if (Loaded) return <Loaded {...props} />;
    if (!failed) {
      start(props);
      return <Loading />;
    }
    const retry = () => {
      state.value = { failed: false };
      start(props);
    };
    return (
      <Notice outcome="alarm" text={core("app.load_failed")}>
        <Button onClick={retry}>{core("action.retry")}</Button>
      </Notice>
    );
  };
}
