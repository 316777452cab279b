import { Component, type ComponentChildren } from "preact";
import { core } from "../i18n/core";
import { Button, Notice } from "./components";

/** A screen that throws says so and can be opened again; the outbox does not depend on any screen. */
export class ErrorBoundary extends Component<{ text: string; children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failed: true });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main class="entry">
        <Notice outcome="alarm" text={this.props.text}>
          <Button kind="main" size="touch" onClick={() => location.reload()}>
            {core("app.reload")}
          </Button>
        </Notice>
      </main>
    );
  }
}
