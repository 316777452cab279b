// The expected deliveries of the site.
import { buy } from "../../../i18n/desk/purchasing";
import type { ExpectedDelivery } from "../types";
import { DeliveryDialog } from "./DeliveryDialog";
import { DocumentScreen } from "./DocumentScreen";
import { DELIVERIES_OPEN, DELIVERY_STATES } from "./states";

export default function Deliveries() {
  return (
    <DocumentScreen<ExpectedDelivery>
      name="deliveries"
      kind={{
        path: "/expected-deliveries",
        screen: "/deliveries",
        due: (row) => row.expected_on,
        dueLabel: buy("doc.expected"),
        states: DELIVERY_STATES,
        open: DELIVERIES_OPEN,
      }}
      dialog={(here, onClose) => <DeliveryDialog site={here} delivery={null} onClose={onClose} />}
    />
  );
}
