import { core } from "../../i18n/core";
import { Button, Notice } from "../components";
import { takeUpdate, updateHold, updateReady } from "../update";

export function UpdateBar() {
  if (!updateReady.value) return null;
  if (updateHold.value > 0) {
    return <Notice outcome="info" text={core("app.update_waits", { n: updateHold.value })} />;
  }
  return (
    <Notice outcome="info" title={core("app.update_ready")}>
      <Button kind="main" onClick={takeUpdate}>
        {core("app.update_take")}
      </Button>
    </Notice>
  );
}
