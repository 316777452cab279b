// The purchase orders of the site.
import { useState } from "preact/hooks";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { Button } from "../../components";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { site } from "../sites_here";
import type { PurchaseOrder } from "../types";
import { type DocumentKind, DocumentList } from "./DocumentList";
import { OrderDialog } from "./OrderDialog";
import { ORDER_STATES, ORDERS_OPEN } from "./states";

const PATH = "/purchase-orders";

export default function Orders() {
  const here = site.value;
  const [asked, setAsked] = useState<"new" | "import" | null>(null);
  if (!here) return null;
  const kind: DocumentKind<PurchaseOrder> = {
    path: PATH,
    screen: "/orders",
    due: (row) => row.promised_on,
    dueLabel: buy("doc.promised"),
    states: ORDER_STATES,
    open: ORDERS_OPEN,
    title: buy("orders.title"),
    about: buy("orders.about", { site: here.name }),
    search: buy("orders.search"),
    empty: { title: buy("orders.empty"), hint: buy("orders.empty.hint"), none: buy("orders.none") },
  };
  const add = (
    <Button kind="main" onClick={() => setAsked("new")}>
      {buy("orders.new")}
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
              what={buy("orders.what")}
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
      {asked === "new" && <OrderDialog site={here} order={null} onClose={() => setAsked(null)} />}
    </DocumentList>
  );
}
