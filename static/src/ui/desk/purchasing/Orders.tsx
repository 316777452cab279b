// The purchase orders of the site.
import { buy } from "../../../i18n/desk/purchasing";
import type { PurchaseOrder } from "../types";
import { DocumentScreen } from "./DocumentScreen";
import { OrderDialog } from "./OrderDialog";
import { ORDER_STATES, ORDERS_OPEN } from "./states";

export default function Orders() {
  return (
    <DocumentScreen<PurchaseOrder>
      name="orders"
      kind={{
        path: "/purchase-orders",
        screen: "/orders",
        due: (row) => row.promised_on,
        dueLabel: buy("doc.promised"),
        states: ORDER_STATES,
        open: ORDERS_OPEN,
      }}
      dialog={(here, onClose) => <OrderDialog site={here} order={null} onClose={onClose} />}
    />
  );
}
