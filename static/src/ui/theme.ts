// Light, dark, or as the system says. The choice is a property of the device, not of a person.
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const STORED = "pandian.theme";
const stored = typeof localStorage === "undefined" ? null : localStorage.getItem(STORED);

export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "system");

export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(STORED, next);
  applyTheme();
}

export function applyTheme(): void {
  if (theme.value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme.value);
}
