// A button that opens a short list of actions. Escape and a click elsewhere close it.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface MenuItem {
  label: string;
  run: () => void;
  danger?: boolean;
}

export function Menu({ label, text, items }: { label: string; text?: string; items: MenuItem[] }) {
  return (
    <Popover label={text ?? "⋯"} title={label} class="menu">
      {(close) => (
        <ul class="menu-items">
          {items.map((item) => (
            <li key={item.label}>
              <button
                type="button"
                class={item.danger ? "menu-danger" : undefined}
                onClick={() => {
                  close();
                  item.run();
                }}
              >
                {item.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}

export function Popover({
  label,
  title,
  class: more = "",
  children,
}: {
  label: ComponentChildren;
  title: string;
  class?: string;
  children: (close: () => void) => ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  const [fromLeft, setFromLeft] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // It hangs from the right end of its button, unless that would put it beyond the screen's left edge.
  useLayoutEffect(() => {
    setFromLeft(open && (list.current?.getBoundingClientRect().left ?? 0) < 0);
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const closeByKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what its button opened
    <div class={`popover ${more}`} ref={box} onKeyDown={closeByKey}>
      <button
        type="button"
        class="button button-plain button-desk"
        aria-label={title}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div class={`popover-box${fromLeft ? " popover-left" : ""}`} ref={list}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}
