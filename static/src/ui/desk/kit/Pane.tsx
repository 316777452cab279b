// The pane of the chosen row: beside the table on a wide window, over it on a narrow one.
import type { ComponentChildren } from "preact";
import { desk } from "../../../i18n/desk";

export function Pane({
  label,
  open,
  empty,
  onClose,
  children,
}: {
  label: string;
  /** On a narrow screen the pane lies over the table and is opened on purpose; without a row it covers nothing. */
  open: boolean;
  /** What it says while no row is chosen. */
  empty: string;
  onClose: () => void;
  children?: ComponentChildren;
}) {
  return (
    <aside class={`pane${open && children ? " pane-open" : ""}`} aria-label={label}>
      <button type="button" class="pane-close button button-quiet" onClick={onClose} aria-label={desk("pane.close")}>
        ✕
      </button>
      {children || <p class="soft pane-empty">{empty}</p>}
    </aside>
  );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="pane-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** A few numbers side by side, each under its name. */
export function Figures({ figures }: { figures: { label: string; value: ComponentChildren }[] }) {
  return (
    <dl class={`figures${figures.length > 4 ? " figures-grid" : ""}`}>
      {figures.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
