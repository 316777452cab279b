// The desk's screens: address → component, loaded when first opened. `nav` puts a screen into the side bar.
import type { ComponentType } from "preact";
import type { Role } from "../../api/types";
import type { desk } from "../../i18n/desk";
import { lazy } from "../lazy";
import type { Params } from "../router";

export interface DeskRoute {
  /** "/stocktakes/:id"; the component gets {params}. */
  path: string;
  component: ComponentType<{ params: Params }>;
  /** The text key of the side bar's entry; without it the screen is reached by links only. */
  nav?: Parameters<typeof desk>[0];
  /** Who sees it; the server decides in any case. */
  role?: Role;
  /** false: it can be shown before there is any site. */
  needsSite?: boolean;
}

const Receipt = lazy<{ params: Params }>(() => import("./receipts/Workbench"));
const Workbench = lazy<{ params: Params }>(() => import("./stocktakes/Workbench"));

export const deskRoutes: DeskRoute[] = [
  { path: "/today", nav: "nav.today", component: lazy(() => import("./today/Today")), role: "supervisor" },
  {
    path: "/stocktakes",
    nav: "nav.stocktakes",
    component: lazy(() => import("./stocktakes/List")),
    role: "supervisor",
  },
  { path: "/stocktakes/:id", component: Workbench, role: "supervisor" },
  { path: "/stocktakes/:id/:part", component: Workbench, role: "supervisor" },
  { path: "/receipts", nav: "nav.receipts", component: lazy(() => import("./receipts/List")), role: "supervisor" },
  { path: "/receipts/:id", component: Receipt, role: "supervisor" },
  { path: "/receipts/:id/:part", component: Receipt, role: "supervisor" },
  { path: "/inbox", nav: "nav.inbox", component: lazy(() => import("./inbox/Inbox")), role: "supervisor" },
  { path: "/held", nav: "nav.held", component: lazy(() => import("./held/Held")), role: "supervisor" },
  { path: "/orders", nav: "nav.orders", component: lazy(() => import("./purchasing/Orders")), role: "supervisor" },
  { path: "/orders/:id", component: lazy(() => import("./purchasing/Order")), role: "supervisor" },
  {
    path: "/deliveries",
    nav: "nav.deliveries",
    component: lazy(() => import("./purchasing/Deliveries")),
    role: "supervisor",
  },
  { path: "/deliveries/:id", component: lazy(() => import("./purchasing/Delivery")), role: "supervisor" },
  {
    path: "/suppliers",
    nav: "nav.suppliers",
    component: lazy(() => import("./purchasing/Suppliers")),
    role: "supervisor",
  },
  { path: "/suppliers/:id", component: lazy(() => import("./purchasing/Supplier")), role: "supervisor" },
  { path: "/stock", nav: "nav.stock", component: lazy(() => import("./stock/Stock")), role: "supervisor" },
  { path: "/journals", nav: "nav.journals", component: lazy(() => import("./journals/Journals")), role: "supervisor" },
  { path: "/journals/:id", component: lazy(() => import("./journals/Journal")), role: "supervisor" },
  { path: "/items", nav: "nav.items", component: lazy(() => import("./items/Items")), needsSite: false },
  { path: "/places", nav: "nav.places", component: lazy(() => import("./sites/Sites")), needsSite: false },
  {
    path: "/people",
    nav: "nav.people",
    component: lazy(() => import("./people/People")),
    role: "supervisor",
    needsSite: false,
  },
  { path: "/devices", nav: "nav.devices", component: lazy(() => import("./people/Devices")), role: "supervisor" },
];
