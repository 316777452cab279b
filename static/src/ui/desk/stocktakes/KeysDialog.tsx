// The keys of the workbench.
import { count } from "../../../i18n/desk/count";
import { Dialog } from "../../components";

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const keys: [string[], string][] = [
    [["↑", "↓"], count("keys.move")],
    [["PgUp", "PgDn", "Home", "End"], count("keys.page")],
    [[count("keys.space")], count("keys.choose")],
    [["Shift ↑", "Shift ↓"], count("keys.range")],
    [["Ctrl A"], count("keys.all")],
    [["A"], count("act.accept")],
    [["K"], count("act.keep")],
    [["R"], count("act.recount")],
    [["N"], count("act.note")],
    [["Enter"], count("keys.open")],
    [["/"], count("keys.search")],
    [["Esc"], count("keys.close")],
    [["?"], count("keys.help")],
  ];
  return (
    <Dialog title={count("keys.title")} onClose={onClose}>
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
