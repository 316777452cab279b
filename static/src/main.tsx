import "./polyfills";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/entry.css";
import { render } from "preact";
import { language, setLanguage } from "./i18n/language";
import { App } from "./ui/app";
import { loadSession } from "./ui/session";
import { applyTheme } from "./ui/theme";
import { registerServiceWorker } from "./ui/update";

applyTheme();
setLanguage(language.value);
const root = document.getElementById("app");
if (root) render(<App enrolled={localStorage.getItem("pandian.enrolled") === "1"} />, root);
void loadSession();
registerServiceWorker();
