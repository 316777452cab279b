// The frame of the desk: side bar, site, who is signed in, the chosen screen.
import { useEffect, useState } from "preact/hooks";
import { core } from "../../i18n/core";
import { desk } from "../../i18n/desk";
import { formatInteger } from "../../i18n/format";
import { language } from "../../i18n/language";
import "../../i18n/desk/errors";
import "../../styles/desk-layout.css";
import "../../styles/desk-page.css";
import "../../styles/desk-tools.css";
import "../../styles/desk-table.css";
import "../../styles/desk-form.css";
import "../../styles/desk-parts.css";
import "../../styles/desk-workbench.css";
import "../../styles/desk-pane.css";
import "../../styles/desk-screens.css";
import "../../styles/desk-documents.css";
import { Button, Empty, LinkButton } from "../components";
import { Popover } from "../desk/kit/Menu";
import { Failed, Working } from "../desk/kit/states";
import { type DeskRoute, deskRoutes } from "../desk/routes";
import { chooseSite, loadSites, site, sites, sitesError } from "../desk/sites_here";
import { waiting, watchWaiting } from "../desk/waiting";
import { here, href, match, navigate } from "../router";
import { may, person, session, signOut } from "../session";
import { LanguageSwitch, ThemeSwitch } from "./Preferences";

function find(path: string) {
  const target = path === "/" || path === "/desk" ? (firstPath() ?? "/") : path;
  for (const route of deskRoutes) {
    const params = match(route.path, target);
    if (params) return { route, params };
  }
  return null;
}

const inNavigation = (route: DeskRoute) => route.nav !== undefined && (!route.role || may(route.role));

function firstPath(): string | undefined {
  return deskRoutes.find(inNavigation)?.path;
}

function belongsTo(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function Navigation({ current }: { current?: DeskRoute }) {
  return (
    <nav class="desk-nav" id="desk-nav" aria-label={desk("nav.label")}>
      {deskRoutes.filter(inNavigation).map((route) => {
        const number = waiting.value[route.path] ?? 0;
        return (
          <a
            key={route.path}
            href={href(route.path)}
            aria-current={current && belongsTo(current.path, route.path) ? "page" : undefined}
          >
            {route.nav && desk(route.nav)}
            {number > 0 && (
              <span class="number">
                {formatInteger(number)}
                <span class="hidden"> {desk("nav.waiting", { n: number })}</span>
              </span>
            )}
          </a>
        );
      })}
    </nav>
  );
}

function SiteSwitch() {
  const known = sites.value ?? [];
  const here = site.value;
  if (known.length <= 1) return here && <p class="desk-site">{here.name}</p>;
  return (
    <select
      class="desk-site choice"
      aria-label={desk("site.label")}
      value={here?.id}
      onChange={(event) => chooseSite(event.currentTarget.value)}
    >
      {known.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </select>
  );
}

function PersonMenu() {
  const name = person.value?.name ?? "";
  return (
    <Popover label={name} title={desk("person.menu", { name })} class="desk-person">
      {() => (
        <div class="person-menu">
          <span class="person-label">{core("language.label")}</span>
          <LanguageSwitch />
          <span class="person-label">{core("theme.label")}</span>
          <ThemeSwitch />
          {session.value?.device && (
            <LinkButton kind="plain" href={href("/phone")}>
              {core("app.to_phone")}
            </LinkButton>
          )}
          <Button onClick={() => signOut().then(() => navigate("/"))}>{core("sign_out")}</Button>
        </div>
      )}
    </Popover>
  );
}

function Screen({ found }: { found: ReturnType<typeof find> }) {
  if (sitesError.value) return <Failed error={sitesError.value} onRetry={loadSites} />;
  if (sites.value === null) return <Working />;
  if (!found) return <Empty title={core("app.not_found")} text={core("app.not_found.hint")} />;
  if (site.value === null && found.route.needsSite !== false) return <NoSite />;
  const { component: Found } = found.route;
  return <Found params={found.params} />;
}

function NoSite() {
  const administrator = may("administrator");
  return (
    <Empty title={desk("site.none")} text={desk(administrator ? "site.none.hint" : "site.none.yours")}>
      {administrator && (
        <p>
          <LinkButton kind="main" href={href("/places")}>
            {desk("nav.places")}
          </LinkButton>
        </p>
      )}
    </Empty>
  );
}

export default function DeskLayout() {
  const { path } = here.value;
  const found = find(path);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    void loadSites();
    return watchWaiting();
  }, []);
  useEffect(() => setOpen(false), [path]);
  return (
    <div class={`desk${open ? " desk-open" : ""}`}>
      <header class="desk-head">
        <a class="skip" href={`#${path}`} onClick={() => document.getElementById("main")?.focus()}>
          {core("app.skip")}
        </a>
        <button
          type="button"
          class="desk-toggle button button-quiet"
          aria-label={desk("nav.open")}
          aria-expanded={open}
          aria-controls="desk-nav"
          onClick={() => setOpen(!open)}
        >
          ☰
        </button>
        <a class="desk-brand" href={href("/")}>
          {language.value === "zh" ? "盘点 Pandian" : core("app.name")}
        </a>
        <SiteSwitch />
        <Navigation current={found?.route} />
        <PersonMenu />
      </header>
      <main class="desk-main" id="main" tabIndex={-1}>
        <Screen found={found} />
      </main>
    </div>
  );
}
