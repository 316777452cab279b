// Ending the receiving, giving it up, and taking a posted receipt back.
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { Notice } from "../../components";
import { FormDialog, TextArea, useForm } from "../kit/form";
import { CloseDialog as CloseOver } from "../kit/Health";
import type { Receipt } from "../types";

interface EndProps {
  receipt: Receipt;
  onDone: () => Promise<void>;
  onClose: () => void;
}

export function CloseDialog({ receipt, onDone, onClose }: EndProps) {
  const missing = receipt.progress.lines_total - receipt.progress.lines_received;
  return (
    <CloseOver
      path={`/receipts/${receipt.id}`}
      title={grn("close.title")}
      text={grn("close.text")}
      submit={grn("close.submit")}
      onDone={onDone}
      onClose={onClose}
    >
      {missing > 0 && <Notice outcome="look" text={grn("close.missing", { n: missing })} />}
    </CloseOver>
  );
}

/** Cancelling and reversing: one question, and a note that is kept. */
export function EndDialog({ receipt, how, onDone, onClose }: EndProps & { how: "cancel" | "reverse" }) {
  const form = useForm({ note: "" });
  const send = async () => {
    const note = form.values.note.trim();
    await api.post(`/receipts/${receipt.id}/${how}`, how === "cancel" ? { reason: note } : { note });
    await onDone();
  };
  return (
    <FormDialog
      title={grn(`${how}.title`)}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={grn(`${how}.submit`)}
      danger
    >
      <p>{grn(`${how}.text`)}</p>
      <TextArea
        label={bench("decide.note")}
        hint={bench("decide.note.hint")}
        value={form.values.note}
        onText={(note) => form.set("note", note)}
      />
    </FormDialog>
  );
}
