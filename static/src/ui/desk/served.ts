// The desk's types (types.ts) held against those generated from the server's OpenAPI: this file does not compile when
// the desk reads a field that the server does not send, or takes for granted one that may be null.
import type { components } from "../../api/schema";
import type * as desk from "./types";

type Schemas = components["schemas"];

type Unknown<Local, Served> = Exclude<keyof Local, keyof Served>;
type MayBeNull<Local, Served> = {
  [Key in keyof Local & keyof Served]: null extends Served[Key] ? (null extends Local[Key] ? never : Key) : never;
}[keyof Local & keyof Served];

/** never where all is well, else the names of the fields that are wrong. */
type Wrong<Local, Name extends keyof Schemas> =
  | Unknown<Local, Schemas[Name]>
  | MayBeNull<Local, Required<Schemas[Name]>>;
type AllWell<Fault extends never> = Fault;

export type Served = [
  AllWell<Wrong<desk.Site, "SiteAnswer">>,
  AllWell<Wrong<desk.Place, "LocationAnswer">>,
  AllWell<Wrong<desk.Stocktake, "StocktakeHeader">>,
  AllWell<Wrong<desk.StocktakeDetail, "StocktakeDetail">>,
  AllWell<Wrong<desk.Progress, "Progress">>,
  AllWell<Wrong<desk.Line, "Line">>,
  AllWell<Wrong<desk.LineDetail, "LineDetail">>,
  AllWell<Wrong<desk.LineSheet, "SheetRow">>,
  AllWell<Wrong<desk.LineRecord, "RecordRow">>,
  AllWell<Wrong<desk.LineMovement, "MovementRow">>,
  AllWell<Wrong<desk.Cause, "Cause">>,
  AllWell<Wrong<desk.PostAnswer, "PostAnswer">>,
  AllWell<Wrong<desk.CountPlace, "PlaceAnswer">>,
  AllWell<Wrong<desk.Sheet, "SheetAnswer">>,
  AllWell<Wrong<desk.Overlap, "Overlap">>,
  AllWell<Wrong<desk.UnknownCode, "UnknownCode">>,
  AllWell<Wrong<desk.SyncHealth["devices"][number], "DeviceHealthAnswer">>,
  AllWell<Wrong<desk.Reason, "ReasonAnswer">>,
  AllWell<Wrong<desk.Item, "ItemAnswer">>,
  AllWell<Wrong<desk.Person, "PersonAnswer">>,
  AllWell<Wrong<desk.Device, "DeviceReportAnswer">>,
  AllWell<Wrong<desk.Enrolment, "EnrolmentAnswer">>,
  AllWell<Wrong<desk.ImportReport, "ImportAnswer">>,
  AllWell<Wrong<desk.Balance, "BalanceAnswer">>,
  AllWell<Wrong<desk.Journal, "JournalAnswer">>,
  AllWell<Wrong<desk.Entry, "EntryAnswer">>,
  AllWell<Wrong<desk.Movement, "HistoryAnswer">>,
  AllWell<Wrong<desk.Held, "HeldAnswer">>,
  AllWell<Wrong<desk.Supplier, "SupplierAnswer">>,
  AllWell<Wrong<desk.SupplierTerms, "TermsAnswer">>,
  AllWell<Wrong<desk.PurchaseOrder, "OrderHeader">>,
  AllWell<Wrong<desk.PurchaseOrderDetail, "OrderDetail">>,
  AllWell<Wrong<desk.OrderLine, "OrderLineAnswer">>,
  AllWell<Wrong<desk.ExpectedDelivery, "DeliveryHeader">>,
  AllWell<Wrong<desk.ExpectedDeliveryDetail, "DeliveryDetail">>,
  AllWell<Wrong<desk.DeliveryLine, "DeliveryLineAnswer">>,
  AllWell<Wrong<desk.Receipt, "ReceiptAnswer">>,
  AllWell<Wrong<desk.ReceiptProgress, "ReceiptProgress">>,
  AllWell<Wrong<desk.ReceiptLine, "ReceiptLineAnswer">>,
  AllWell<Wrong<desk.ReceiptLineDetail, "ReceiptLineDetail">>,
  AllWell<Wrong<desk.ReceiptRecord, "ReceiptRecord">>,
  AllWell<Wrong<desk.ReceiptLot, "ReceiptLot">>,
  AllWell<Wrong<desk.ReceiptExpectedLine, "ReceiptExpectedLine">>,
  AllWell<Wrong<desk.ReceiptPostAnswer, "ReceiptPostAnswer">>,
  AllWell<Wrong<desk.ReceiptProblem, "ReceiptProblem">>,
  AllWell<Wrong<desk.Photo, "PhotoAnswer">>,
  AllWell<Wrong<desk.InboxCode, "InboxCode">>,
  AllWell<Wrong<desk.ItemPlace, "ItemPlaceAnswer">>,
];
