// The handling of goods, receiving and moving: the part of the device's machinery that a count can do without. It is
// loaded when somebody first goes there.
import "../../i18n/receive"; // the words for what its scans mean
import "../../styles/receive.css";
import { Moving } from "./moving";
import { Receiving } from "./receiving";
import type { WorkParts } from "./scan_work";

export class Handling {
  readonly receiving: Receiving;
  readonly moving: Moving;

  private constructor(...parts: WorkParts) {
    this.receiving = new Receiving(...parts);
    this.moving = new Moving(...parts);
  }

  /** After a reload at the dock: with the receipt that was open. */
  static async open(...parts: WorkParts): Promise<Handling> {
    const handling = new Handling(...parts);
    await handling.receiving.resume();
    return handling;
  }
}
