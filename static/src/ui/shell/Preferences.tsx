// Language and appearance: choices of this device.
import { core } from "../../i18n/core";
import { type Language, language, setLanguage } from "../../i18n/language";
import { Segmented } from "../components";
import { setTheme, theme } from "../theme";

export function LanguageSwitch() {
  return (
    <Segmented<Language>
      label={core("language.label")}
      value={language.value}
      options={[
        { value: "zh", label: "中文" },
        { value: "en", label: "English" },
      ]}
      onChoose={setLanguage}
    />
  );
}

export function ThemeSwitch() {
  return (
    <Segmented
      label={core("theme.label")}
      value={theme.value}
      options={[
        { value: "system", label: core("theme.system") },
        { value: "light", label: core("theme.light") },
        { value: "dark", label: core("theme.dark") },
      ]}
      onChoose={setTheme}
    />
  );
}

export function Preferences() {
  return (
    <details class="preferences">
      <summary>
        {core("theme.label")} · {core("language.label")}
      </summary>
      <LanguageSwitch />
      <ThemeSwitch />
    </details>
  );
}
