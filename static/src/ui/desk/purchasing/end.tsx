// Closing and cancelling an order or a delivery, always with the reason.
import { api } from "../../../api/client";
import { buy } from "../../../i18n/desk/purchasing";
import { FormDialog, TextArea, useForm } from "../kit/form";

export function EndDialog({
  path,
  label,
  how,
  optional,
  onDone,
  onClose,
}: {
  path: string;
  label: string;
  how: "close" | "cancel";
  /** A draft that nobody waits for may go without a reason. */
  optional?: boolean;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm({ reason: "" }, ({ reason }) => ({
    reason: optional || reason.trim() ? undefined : buy("end.reason.need"),
  }));
  const send = async () => {
    await api.post(`${path}/${how}`, { reason: form.values.reason.trim() });
    await onDone();
  };
  return (
    <FormDialog
      title={buy(`${how}.title`, { label })}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={buy(`${how}.submit`)}
      danger={how === "cancel"}
    >
      <p>{buy(`${how}.text`)}</p>
      <TextArea
        label={buy("end.reason")}
        error={form.error("reason")}
        value={form.values.reason}
        onText={(reason) => form.set("reason", reason)}
      />
    </FormDialog>
  );
}
