// A list as a file: what the list shows now, for a spreadsheet, in the language of the screen.
import { type Query, url } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { language } from "../../../i18n/language";
import { Popover } from "./Menu";

export const FORMATS = ["xlsx", "csv"] as const;

/** The address of a file; `query` is the list's own, as values or as a query that repeats names. */
export function fileUrl(path: string, format: (typeof FORMATS)[number], query: Query | string = {}): string {
  const more = { format, lang: language.value };
  if (typeof query !== "string") return url(path, { ...query, ...more });
  return `${url(path)}?${query ? `${query}&` : ""}${new URLSearchParams(more)}`;
}

export function Downloads({ path, query, text }: { path: string; query?: Query | string; text?: string }) {
  const label = text ?? desk("action.export");
  return (
    <Popover label={label} title={label} class="menu">
      {(close) => (
        <ul class="menu-items">
          {FORMATS.map((format) => (
            <li key={format}>
              <a href={fileUrl(path, format, query)} download onClick={close}>
                {desk(`export.${format}`)}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
