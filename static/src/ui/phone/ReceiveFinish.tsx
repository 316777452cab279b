// The end of a receipt on this device: what is short, over, damaged, unknown. Named and counted; the supervisor decides.
import { useEffect, useRef, useState } from "preact/hooks";
import { showCode } from "../../domain/code";
import { formatQuantity, formatSum } from "../../i18n/format";
import { reasonText } from "../../i18n/reasons";
import { goods } from "../../i18n/receive_screens";
import { Button, LinkButton, Notice } from "../components";
import { href, navigate } from "../router";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { titleOf } from "./Last";
import type { ReceiveLine } from "./receipt_lines";
import type { Receiving } from "./receiving";
import { useScans } from "./use_scans";

const SHOWN = 50;

interface Finding {
  key: "short" | "over" | "damaged" | "unknown" | "unexpected";
  outcome: "look" | "alarm";
  rows: { line: ReceiveLine; quantity: number }[];
}

export function findingsOf(lines: ReceiveLine[]): Finding[] {
  const known = lines.filter((line) => line.itemId !== null);
  const some = (rows: ReceiveLine[], of: (line: ReceiveLine) => number) =>
    rows.filter((line) => of(line) > 0).map((line) => ({ line, quantity: of(line) }));
  const expected = known.filter((line) => line.expected !== null);
  const ordered = expected.filter((line) => line.reason !== "not_ordered");
  const findings: Finding[] = [
    { key: "short", outcome: "look", rows: some(ordered, (line) => (line.expected ?? 0) - line.received) },
    { key: "over", outcome: "look", rows: some(ordered, (line) => line.received - (line.expected ?? 0)) },
    {
      key: "unexpected",
      outcome: "alarm",
      rows: some(
        expected.filter((line) => line.reason === "not_ordered"),
        (line) => line.received,
      ),
    },
    { key: "damaged", outcome: "alarm", rows: some(lines, (line) => line.damaged) },
    {
      key: "unknown",
      outcome: "alarm",
      rows: some(
        lines.filter((line) => line.itemId === null),
        (line) => line.received,
      ),
    },
  ];
  return findings.filter(({ rows }) => rows.length > 0);
}

function Findings({ finding }: { finding: Finding }) {
  const { key, outcome, rows } = finding;
  return (
    <section class={`card finding finding-${outcome}`}>
      <h2>
        {goods(`finish.${key}`)} <span>{rows.length}</span>
      </h2>
      <ul>
        {rows.slice(0, SHOWN).map(({ line, quantity }) => (
          <li key={line.key} class="finding-row">
            <span>
              {line.itemId === null ? <code>{showCode(line.shownCode)}</code> : titleOf(line.title)}
              {line.expected !== null && line.expected > 0 && key !== "damaged" && (
                <small>
                  {goods("scan.of", {
                    received: formatQuantity(line.received, line.scale),
                    expected: formatQuantity(line.expected, line.scale),
                  })}
                </small>
              )}
            </span>
            <b>
              {key === "short" ? "−" : key === "over" ? "+" : ""}
              {formatQuantity(quantity, line.scale)}
            </b>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function ReceiveFinish({ open, receiving }: { open: Floor; receiving: Receiving }) {
  const at = receiving.open.value;
  const closing = useRef(false);
  const [failed, setFailed] = useState(false);
  const { stop, listen } = useScans(open.bus, (scan) => {
    // One more was found while its end was asked for: it counts, and is shown where scans are shown.
    void receiving.take(scan);
    navigate("/phone/receive");
  });
  useEffect(() => {
    if (!at && !closing.current) navigate("/phone", { replace: true });
  }, [at]);
  if (!at) return null;
  const findings = findingsOf(receiving.lines.value);
  const { kinds, received, expected, scale } = receiving.totals.value;
  const lacking = receiving.wanted.value.reduce((sum, one) => sum + one.looks.length, 0);
  const submit = async () => {
    closing.current = true;
    stop();
    try {
      await receiving.close();
      navigate("/phone", { replace: true, query: { received: at.label ?? goods("start.blind") } });
    } catch {
      // Not on disk: the receipt stays open, and the store's state says the rest in the header.
      closing.current = false;
      listen();
      setFailed(true);
    }
  };
  return (
    <>
      <Head title={goods("finish.title")} subtitle={at.label ?? goods("start.blind")} back="/phone/receive" />
      <main class="screen">
        {failed && <Notice outcome="alarm" text={reasonText("not_saved")} />}
        <p class="big">{goods("finish.sum", { kinds, quantity: formatSum(received, scale) })}</p>
        {lacking > 0 && <Notice outcome="look" text={goods("finish.lots", { n: lacking })} />}
        {findings.length === 0 && expected !== null && <Notice outcome="ok" text={goods("finish.nothing")} />}
        {findings.map((finding) => (
          <Findings key={finding.key} finding={finding} />
        ))}
        <p class="soft">{expected === null ? goods("finish.blind") : goods("finish.hint")}</p>
      </main>
      <footer class="foot">
        <div class="two">
          <LinkButton size="touch" href={href("/phone/receive")}>
            {goods("finish.back")}
          </LinkButton>
          <Button kind="main" size="touch" disabled={receiving.records.value.length === 0} onClick={submit}>
            {goods("finish.submit")}
          </Button>
        </div>
      </footer>
    </>
  );
}
