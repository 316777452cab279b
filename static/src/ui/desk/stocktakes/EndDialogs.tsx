// Ending the counting, also over records that are still on devices; and taking a posted stocktake back.
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { Notice } from "../../components";
import { FormDialog, useForm } from "../kit/form";
import { CloseDialog as CloseOver } from "../kit/Health";
import { ReasonFields } from "../kit/Reasons";
import type { StocktakeDetail } from "../types";

interface EndProps {
  stocktake: StocktakeDetail;
  onDone: () => Promise<void>;
  onClose: () => void;
}

export function CloseDialog({ stocktake, onDone, onClose }: EndProps) {
  const unfinished = stocktake.progress.places_open + stocktake.progress.places_counting;
  return (
    <CloseOver
      path={`/stocktakes/${stocktake.id}`}
      title={count("close.title")}
      text={count("close.text")}
      submit={count("close.submit")}
      onDone={onDone}
      onClose={onClose}
    >
      {unfinished > 0 && <Notice outcome="look" text={count("close.open", { n: unfinished })} />}
    </CloseOver>
  );
}

export function ReverseDialog({ stocktake, onDone, onClose }: EndProps) {
  const form = useForm({ reason_code: "", note: "" }, (values) => ({
    reason_code: values.reason_code ? undefined : bench("decide.reason.need"),
  }));
  const send = async () => {
    await api.post(`/stocktakes/${stocktake.id}/reverse`, form.values);
    await onDone();
  };
  return (
    <FormDialog
      title={count("reverse.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={count("reverse.submit")}
      danger
    >
      <p>{count("reverse.text")}</p>
      <ReasonFields form={form} />
    </FormDialog>
  );
}
