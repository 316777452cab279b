// Every import: choose a file, see what it would do with every mistake by row and column, then write all of it at once.
import { useReducer, useRef } from "preact/hooks";
import { api, Problem, type Query } from "../../../api/client";
import { core } from "../../../i18n/core";
import { desk } from "../../../i18n/desk";
import { errorText, problemText } from "../../../i18n/errors";
import { language } from "../../../i18n/language";
import { Button, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import type { ImportMistake, ImportReport } from "../types";
import { FORMATS, fileUrl } from "./Downloads";
import { Failure } from "./form";
import { canApply, nextImport, reportOf } from "./import_state";
import { Working } from "./states";
import "../../../i18n/file_errors";
import { type Column, VirtualTable } from "./VirtualTable";

const ACCEPTED = ".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export function ImportDialog({
  what,
  path,
  template,
  query = {},
  onDone,
  onClose,
}: {
  /** "商品", "items": what is imported. */
  what: string;
  path: string;
  template: string;
  query?: Query;
  onDone: () => unknown;
  onClose: () => void;
}) {
  const [state, tell] = useReducer(nextImport, { step: "idle" });
  const send = (file: File, dryRun: boolean) => api.upload<ImportReport>(path, file, { ...query, dry_run: dryRun });
  const check = async (file: File) => {
    tell({ type: "chosen", file });
    try {
      tell({ type: "checked", file, report: await send(file, true) });
    } catch (error) {
      tell({ type: "failed", file, error });
    }
  };
  const apply = async () => {
    if (state.step !== "report") return;
    const { file } = state;
    tell({ type: "apply" });
    try {
      tell({ type: "applied", report: await send(file, false) });
      await onDone();
    } catch (error) {
      tell({ type: "failed", file, error });
    }
  };
  const refused = state.step === "failed" && state.error instanceof Problem ? reportOf(state.error.data) : null;
  const report = state.step === "report" || state.step === "applying" ? state.report : refused;
  return (
    <Dialog
      title={desk("import.title", { what })}
      onClose={onClose}
      wide
      actions={
        <>
          {state.step !== "idle" && state.step !== "checking" && state.step !== "applying" && (
            <Button onClick={() => tell({ type: "again" })}>{desk("import.again")}</Button>
          )}
          <Button onClick={onClose}>{core(state.step === "done" ? "action.close" : "action.cancel")}</Button>
          {(state.step === "report" || state.step === "applying") && canApply(state.report) && (
            <Button kind="main" busy={state.step === "applying"} onClick={() => void apply()}>
              {desk("import.apply", { n: state.report.created + state.report.updated })}
            </Button>
          )}
        </>
      }
    >
      <div class="form">
        {state.step === "idle" && <Choose template={template} query={query} onFile={(file) => void check(file)} />}
        {state.step === "checking" && <Working />}
        {state.step === "failed" && !refused && <Unreadable error={state.error} />}
        {report && state.step !== "idle" && state.step !== "checking" && (
          <Report name={"file" in state ? state.file.name : ""} report={report} />
        )}
        {state.step === "done" && (
          <Notice
            outcome="ok"
            text={desk("import.done", {
              created: state.report.created,
              updated: state.report.updated,
              unchanged: state.report.unchanged,
            })}
          />
        )}
      </div>
    </Dialog>
  );
}

/** A file that could not be read as a table; of a wrong header, which columns. */
function Unreadable({ error }: { error: unknown }) {
  if (!(error instanceof Problem) || error.code !== "wrong_header") return <Failure failure={error} />;
  return (
    <Notice outcome="alarm" text={errorText(error)}>
      <ul>
        {error.errors.map((one) => {
          const head = (language.value === "zh" ? one.head_zh : one.head_en) ?? one.field;
          return (
            <li key={`${one.field}${one.code}`}>
              {problemText(one.code) ?? one.message}: <b>{head}</b>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

function Choose({ template, query, onFile }: { template: string; query: Query; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the input below takes the keyboard
    <div class="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <label class="drop-label">
        <strong>{desk("import.pick")}</strong>
        <small>{desk("import.hint")}</small>
        <input
          type="file"
          ref={input}
          accept={ACCEPTED}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) onFile(file);
          }}
        />
      </label>
      <p>
        {desk("import.template")}
        {FORMATS.map((format) => (
          <>
            {" "}
            <a key={format} href={fileUrl(template, format, query)} download>
              {desk(`export.${format}`)}
            </a>
          </>
        ))}
      </p>
    </div>
  );
}

/** What is wrong, with the figures of the rule; "invalid" says nothing by itself: then the server's own sentence. */
export function mistakeWords({ code, message, data }: ImportMistake): string {
  return (code === "invalid" ? undefined : problemText(code, data)) ?? message;
}

function mistakeColumns(): Column<ImportMistake>[] {
  return [
    { key: "row", label: desk("import.row"), track: "3rem", align: "end", render: (one) => <b>{one.row}</b> },
    {
      key: "column",
      label: desk("import.column"),
      track: "minmax(6rem, 1.4fr)",
      render: (one) => (
        <>
          <span class="clip">{one.head || <code>{one.column}</code>}</span>
          <small class="clip" title={one.value}>
            {one.cell && <code>{one.cell}</code>} {one.value || desk("import.blank")}
          </small>
        </>
      ),
    },
    {
      key: "why",
      label: desk("import.why"),
      track: "minmax(9rem, 3fr)",
      render: (one) => (
        <span class="refused" title={mistakeWords(one)}>
          {mistakeWords(one)}
        </span>
      ),
    },
  ];
}

function Report({ name, report }: { name: string; report: ImportReport }) {
  const numbers: [string, number][] = [
    [desk("import.created"), report.created],
    [desk("import.updated"), report.updated],
    [desk("import.unchanged"), report.unchanged],
    [desk("import.mistakes"), report.error_count],
  ];
  return (
    <>
      <p>
        <strong>{desk("import.result", { name, n: report.rows })}</strong>
      </p>
      <dl class="figures figures-wide">
        {numbers.map(([label, number]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class={label === desk("import.mistakes") && number > 0 ? "loss" : undefined}>{number}</dd>
          </div>
        ))}
      </dl>
      {report.error_count > 0 ? (
        <>
          <Notice outcome="alarm" text={desk("import.wrong", { n: report.error_count })}>
            {report.errors.length < report.error_count && <p>{desk("import.listed", { n: report.errors.length })}</p>}
          </Notice>
          <div class="report-rows">
            <VirtualTable
              caption={desk("import.mistakes")}
              columns={mistakeColumns()}
              rows={report.errors.map((one, index) => ({ ...one, index }))}
              rowKey={(one) => one.index}
              lines={3}
            />
          </div>
        </>
      ) : (
        <Notice
          outcome={canApply(report) ? "ok" : "info"}
          text={desk(canApply(report) ? "import.clean" : "import.nothing")}
        />
      )}
    </>
  );
}
