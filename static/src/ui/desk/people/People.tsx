// Who may do what, where; PINs and passwords.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { core } from "../../../i18n/core";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { Button } from "../../components";
import { may } from "../../session";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { ListTable } from "../kit/ListTable";
import { Page, SearchBox, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { useTyped } from "../kit/typed";
import type { Column } from "../kit/VirtualTable";
import { siteOf } from "../sites_here";
import type { Grant, Person } from "../types";
import { PersonDialog } from "./PersonDialog";
import { SecretDialog } from "./SecretDialog";

type Asked = { person: Person | null; what: "edit" | "pin" | "password" } | "import" | null;

export function grantWords(grant: Grant): string {
  const where = grant.site_id === null ? masters("person.everywhere") : (siteOf(grant.site_id)?.name ?? "—");
  return `${core(`role.${grant.role}`)} · ${where}`;
}

function columns(onAsk: (asked: Asked) => void): Column<Person>[] {
  return [
    {
      key: "name",
      label: masters("person.name"),
      track: "minmax(7rem, 1.2fr)",
      render: (person) => (
        <span class={person.active ? undefined : "off"}>
          <span class="clip strong">{person.name}</span>
          <small class="clip">
            {person.login}
            {!person.active && ` · ${masters("person.inactive")}`}
          </small>
        </span>
      ),
    },
    {
      key: "roles",
      label: masters("person.roles"),
      track: "minmax(9rem, 2fr)",
      render: (person) =>
        person.grants.length === 0 ? (
          <span class="soft">{masters("person.no_role")}</span>
        ) : (
          <>
            <span class="clip">{person.grants.slice(0, 1).map(grantWords).join("")}</span>
            <small class="clip">{person.grants.slice(1).map(grantWords).join(", ")}</small>
          </>
        ),
    },
    {
      key: "secrets",
      label: masters("person.secret"),
      track: "minmax(8rem, 1fr)",
      from: 44,
      render: (person) => (
        <span class="soft">
          {[person.has_pin && masters("person.has_pin"), person.has_password && masters("person.has_password")]
            .filter(Boolean)
            .join(" · ") || masters("person.not_set")}
        </span>
      ),
    },
    {
      key: "language",
      label: masters("person.language"),
      track: "5.5rem",
      from: 56,
      render: (person) => (person.language === "zh" ? "中文" : "English"),
    },
    {
      key: "actions",
      label: "",
      track: "7rem",
      align: "end",
      render: (person) => <Button onClick={() => onAsk({ person, what: "pin" })}>{masters("person.pin.set")}</Button>,
    },
  ];
}

export default function People() {
  const [search, setSearch] = useState("");
  const [typed, setTyped] = useTyped(search, setSearch);
  const [asked, setAsked] = useState<Asked>(null);
  const list = usePaged<Person>(search, (page) => api.get<ApiPage<Person>>("/people", { search, ...page }));
  const administrator = may("administrator");
  const close = () => setAsked(null);
  return (
    <Page
      title={masters("people.title")}
      about={masters("people.about")}
      fill
      actions={
        administrator && (
          <>
            <Downloads path="/people/export" query={{ search }} />
            <Button onClick={() => setAsked("import")}>{desk("action.import")}</Button>
            <Button kind="main" onClick={() => setAsked({ person: null, what: "edit" })}>
              {masters("people.new")}
            </Button>
          </>
        )
      }
    >
      <Tools>
        <SearchBox label={masters("people.search")} value={typed} onText={setTyped} />
      </Tools>
      <ListTable
        caption={masters("people.title")}
        columns={columns(setAsked)}
        list={list}
        rowKey={(person) => person.id}
        onOpen={administrator ? (person) => setAsked({ person, what: "edit" }) : undefined}
        empty={<Nothing title={masters("people.empty")} />}
      />
      {asked === "import" && (
        <ImportDialog
          what={masters("people.what")}
          path="/people/import"
          template="/people/template"
          onDone={list.reload}
          onClose={close}
        />
      )}
      {asked !== null && asked !== "import" && asked.what === "edit" && (
        <PersonDialog
          person={asked.person}
          onSecret={(what) => setAsked({ person: asked.person, what })}
          onDone={list.reload}
          onClose={close}
        />
      )}
      {asked !== null && asked !== "import" && asked.what !== "edit" && asked.person && (
        <SecretDialog person={asked.person} kind={asked.what} onDone={list.reload} onClose={close} />
      )}
    </Page>
  );
}
