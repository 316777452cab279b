// The frame of a desk screen: where one is, what can be done here.
import type { ComponentChildren } from "preact";

export function Page({
  title,
  about,
  back,
  actions,
  fill,
  aside,
  children,
}: {
  title: string;
  about?: ComponentChildren;
  back?: { href: string; label: string };
  actions?: ComponentChildren;
  /** The screen is as high as the window and its table scrolls. */
  fill?: boolean;
  /** A pane stands at the right of a wide window. */
  aside?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={`page${fill ? " page-fill" : ""}${aside ? " page-aside" : ""}`}>
      <header class="page-head">
        <div class="page-title">
          {back && (
            <a class="page-back" href={back.href}>
              ‹ {back.label}
            </a>
          )}
          <h1>{title}</h1>
          {about && <p class="page-about">{about}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Tabs are links: each has its address. */
export function Tabs({
  label,
  tabs,
}: {
  label: string;
  tabs: { href: string; label: string; count?: string; current: boolean; alarm?: boolean }[];
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.href} href={tab.href} aria-current={tab.current ? "page" : undefined}>
          {tab.label}
          {tab.count && <span class={`tab-count${tab.alarm ? " tab-count-look" : ""}`}>{tab.count}</span>}
        </a>
      ))}
    </nav>
  );
}

/** Search and filters above a table. */
export function Tools({ children }: { children: ComponentChildren }) {
  return <div class="tools">{children}</div>;
}

export function SearchBox({
  label,
  value,
  onText,
  id,
}: {
  label: string;
  value: string;
  onText: (text: string) => void;
  id?: string;
}) {
  return (
    <input
      type="search"
      class="search"
      id={id}
      aria-label={label}
      placeholder={label}
      autocomplete="off"
      value={value}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}

/** A bare select of the tools row, named for those who do not see it. */
export function Choice({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChoose: (value: string) => void;
}) {
  return (
    <select class="choice" aria-label={label} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
