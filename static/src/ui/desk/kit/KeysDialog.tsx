// The keys of a workbench.
import { bench } from "../../../i18n/desk/bench";
import { Dialog } from "../../components/Dialog";

/** `own` are the letters of this workbench with what they do. */
export function KeysDialog({ own, onClose }: { own: [string, string][]; onClose: () => void }) {
  const keys: [string[], string][] = [
    [["↑", "↓"], bench("keys.move")],
    [["PgUp", "PgDn", "Home", "End"], bench("keys.page")],
    [[bench("keys.space")], bench("keys.choose")],
    [["Shift ↑", "Shift ↓"], bench("keys.range")],
    [["Ctrl A"], bench("keys.all")],
    ...own.map(([key, text]): [string[], string] => [[key], text]),
    [["Enter"], bench("keys.open")],
    [["/"], bench("keys.search")],
    [["Esc"], bench("keys.close")],
    [["?"], bench("keys.help")],
  ];
  return (
    <Dialog title={bench("keys.title")} onClose={onClose}>
      <dl class="keys-list">
        {keys.map(([names, text]) => (
          <div key={text}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
