// Why there is no picture, and what to do: one screen for each reason. Scanner and search go on working beside it.
import { camera } from "../../i18n/camera";
import type { Help } from "../../scan/camera/source";
import { Button } from "../components";

const STEPS = {
  denied: ["help.denied.1", "help.denied.2", "help.denied.3"],
  missing: ["help.missing.1", "help.missing.2"],
  busy: ["help.busy.1", "help.busy.2"],
  insecure: ["help.insecure.1", "help.insecure.2"],
  decoder: ["help.decoder.1"],
} as const;

export function CameraHelp({ help, onRetry }: { help: Help; onRetry: () => void }) {
  return (
    <div class={`camera-help camera-help-${help}`} role="alert">
      <h2>
        <span aria-hidden="true">◆</span> {camera(`help.${help}`)}
      </h2>
      <ol>
        {STEPS[help].map((step) => (
          <li key={step}>{camera(step)}</li>
        ))}
      </ol>
      <p>{camera("help.others")}</p>
      {help !== "insecure" && (
        <Button size="touch" wide onClick={onRetry}>
          {camera("help.retry")}
        </Button>
      )}
    </div>
  );
}
