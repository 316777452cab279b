import { phone } from "../../i18n/phone";
import { href } from "../router";

const TABS = [
  ["tasks", "/phone"],
  ["lookup", "/phone/lookup"],
  ["outbox", "/phone/outbox"],
  ["me", "/phone/me"],
] as const;

export function Tabs({ current }: { current: (typeof TABS)[number][0] }) {
  return (
    <nav class="tabs" aria-label={phone("nav.tasks")}>
      {TABS.map(([key, path]) => (
        <a key={key} href={href(path)} aria-current={key === current ? "page" : undefined}>
          {phone(`nav.${key}`)}
        </a>
      ))}
    </nav>
  );
}
