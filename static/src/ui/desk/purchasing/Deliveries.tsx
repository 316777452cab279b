// The expected deliveries of the site.
import { useState } from "preact/hooks";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { Button } from "../../components";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { site } from "../sites_here";
import type { ExpectedDelivery } from "../types";
import { DeliveryDialog } from "./DeliveryDialog";
import { type DocumentKind, DocumentList } from "./DocumentList";
import { DELIVERIES_OPEN, DELIVERY_STATES } from "./states";

const PATH = "/expected-deliveries";

export default function Deliveries() {
  const here = site.value;
  const [asked, setAsked] = useState<"new" | "import" | null>(null);
  if (!here) return null;
  const kind: DocumentKind<ExpectedDelivery> = {
    path: PATH,
    screen: "/deliveries",
    due: (row) => row.expected_on,
    dueLabel: buy("doc.expected"),
    states: DELIVERY_STATES,
    open: DELIVERIES_OPEN,
    title: buy("deliveries.title"),
    about: buy("deliveries.about", { site: here.name }),
    search: buy("deliveries.search"),
    empty: { title: buy("deliveries.empty"), hint: buy("deliveries.empty.hint"), none: buy("deliveries.none") },
  };
  const add = (
    <Button kind="main" onClick={() => setAsked("new")}>
      {buy("deliveries.new")}
    </Button>
  );
  return (
    <DocumentList
      kind={kind}
      add={add}
      actions={(reload, query) => (
        <>
          <Downloads path={`${PATH}/export`} query={query} />
          <Button onClick={() => setAsked("import")}>{desk("action.import")}</Button>
          {add}
          {asked === "import" && (
            <ImportDialog
              what={buy("deliveries.what")}
              path={`${PATH}/import`}
              template={`${PATH}/template`}
              query={{ site_id: here.id }}
              onDone={reload}
              onClose={() => setAsked(null)}
            />
          )}
        </>
      )}
    >
      {asked === "new" && <DeliveryDialog site={here} delivery={null} onClose={() => setAsked(null)} />}
    </DocumentList>
  );
}
