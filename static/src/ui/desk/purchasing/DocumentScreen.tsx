// The orders, or the expected deliveries, of the site: the list, its files, and a new one.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { Button } from "../../components";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { site } from "../sites_here";
import type { Site } from "../types";
import { type DocumentKind, DocumentList, type DocumentRow } from "./DocumentList";

type Words = "title" | "about" | "search" | "empty";

interface Props<Row extends DocumentRow> {
  name: "orders" | "deliveries";
  kind: Omit<DocumentKind<Row>, Words>;
  /** The dialog of a new one. */
  dialog: (here: Site, onClose: () => void) => ComponentChildren;
}

export function DocumentScreen<Row extends DocumentRow>({ name, kind, dialog }: Props<Row>) {
  const here = site.value;
  const [asked, setAsked] = useState<"new" | "import" | null>(null);
  if (!here) return null;
  const words: Pick<DocumentKind<Row>, Words> = {
    title: buy(`${name}.title`),
    about: buy(`${name}.about`, { site: here.name }),
    search: buy(`${name}.search`),
    empty: { title: buy(`${name}.empty`), hint: buy(`${name}.empty.hint`), none: buy(`${name}.none`) },
  };
  const close = () => setAsked(null);
  const add = (
    <Button kind="main" onClick={() => setAsked("new")}>
      {buy(`${name}.new`)}
    </Button>
  );
  return (
    <DocumentList
      kind={{ ...kind, ...words }}
      add={add}
      actions={(reload, query) => (
        <>
          <Downloads path={`${kind.path}/export`} query={query} />
          <Button onClick={() => setAsked("import")}>{desk("action.import")}</Button>
          {add}
          {asked === "import" && (
            <ImportDialog
              what={buy(`${name}.what`)}
              path={`${kind.path}/import`}
              template={`${kind.path}/template`}
              query={{ site_id: here.id }}
              onDone={reload}
              onClose={close}
            />
          )}
        </>
      )}
    >
      {asked === "new" && dialog(here, close)}
    </DocumentList>
  );
}
