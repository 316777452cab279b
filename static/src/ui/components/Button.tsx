import type { ComponentChildren, JSX } from "preact";

interface Look {
  /** main: the one thing to do here; danger: takes something away; plain: everything else. */
  kind?: "main" | "plain" | "danger" | "quiet";
  /** touch = 60 px and more, for the scan path; desk = compact. */
  size?: "touch" | "desk";
  wide?: boolean;
  children?: ComponentChildren;
}

function classes({ kind = "plain", size = "desk", wide }: Look, more?: string): string {
  return ["button", `button-${kind}`, `button-${size}`, wide ? "button-wide" : "", more ?? ""]
    .filter(Boolean)
    .join(" ");
}

export function Button({
  kind,
  size,
  wide,
  busy,
  class: more,
  children,
  ...rest
}: Look & { busy?: boolean; class?: string } & Omit<JSX.IntrinsicElements["button"], "role" | "size" | "class">) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy}
      disabled={rest.disabled || busy}
      class={classes({ kind, size, wide }, more)}
    >
      {children}
    </button>
  );
}

export function LinkButton({
  kind,
  size,
  wide,
  class: more,
  children,
  ...rest
}: Look & { class?: string; href: string } & Omit<JSX.IntrinsicElements["a"], "role" | "size" | "class" | "href">) {
  return (
    <a {...rest} class={classes({ kind, size, wide }, more)}>
      {children}
    </a>
  );
}
