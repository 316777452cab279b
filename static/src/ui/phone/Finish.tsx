// The end of a place: what the book expects here and nobody scanned is asked, by name and never by quantity.
import { useEffect, useRef, useState } from "preact/hooks";
import { finish } from "../../i18n/finish";
import { formatSum } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import "../../styles/phone-more.css";
import { Button, Empty, LinkButton, Notice, Segmented } from "../components";
import { href, navigate } from "../router";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { useScans } from "./use_scans";

type Answer = "zero" | "uncounted";
type Asked = ReturnType<Floor["counting"]["unanswered"]>[number];

const keyOf = (asked: Asked) => `${asked.id}|${asked.lot}`;

function Question({ asked, answer, onAnswer }: { asked: Asked; answer?: Answer; onAnswer: (answer: Answer) => void }) {
  return (
    <li class="question">
      <span>
        {asked.item?.name ?? asked.id}
        <small>
          {asked.item?.sku}
          {asked.lot && ` · ${asked.lot}`}
        </small>
      </span>
      <Segmented<Answer | "">
        label={asked.item?.name ?? asked.id}
        value={answer ?? ""}
        options={[
          { value: "zero", label: finish("finish.zero") },
          { value: "uncounted", label: finish("finish.uncounted") },
        ]}
        onChoose={(chosen) => onAnswer(chosen as Answer)}
      />
    </li>
  );
}

export function Finish({ open }: { open: Floor }) {
  const { counting } = open;
  const [answers, setAnswers] = useState<Record<string, Answer>>({});
  const [error, setError] = useState(false);
  const closing = useRef(false);
  const place = counting.place.value;
  const { stop, listen } = useScans(open.bus, (scan) => {
    // One more was found on the shelf while its end was asked for: it is counted, and shown where scans are shown.
    void counting.take(scan);
    navigate("/phone/count");
  });
  useEffect(() => {
    if (!place && !closing.current) navigate("/phone", { replace: true });
  }, [place]);
  if (!place) return null;
  const asked = counting.unanswered();
  const left = asked.filter((one) => !answers[keyOf(one)]).length;
  const empty = counting.lines.value.length === 0;
  const { kinds, quantity, scale } = counting.totals.value;
  const unknown = counting.lines.value.filter((line) => line.itemId === null).length;
  const all = (answer: Answer) => setAnswers(Object.fromEntries(asked.map((one) => [keyOf(one), answer])));
  const chosen = (answer: Answer) =>
    asked.filter((one) => answers[keyOf(one)] === answer).map(({ id, lot }) => ({ item: id, lot }));
  const submit = async (confirmEmpty: boolean) => {
    const everything = asked.map(({ id, lot }) => ({ item: id, lot }));
    closing.current = true;
    // From here on codes are the next place's: they wait for the next screen.
    stop();
    try {
      await counting.close(
        confirmEmpty
          ? { zeros: everything, uncounted: [], empty: true }
          : { zeros: chosen("zero"), uncounted: chosen("uncounted"), empty: false },
      );
      navigate("/phone", { replace: true, query: { done: place.location.code } });
    } catch {
      // Not on disk: the place stays open, and the store's state says the rest in the header.
      closing.current = false;
      listen();
      setError(true);
    }
  };
  return (
    <>
      <Head
        title={finish("finish.title", { place: place.location.code })}
        subtitle={place.stocktake.name}
        back="/phone/count"
      />
      <main class="screen">
        {error && <Notice outcome="alarm" text={phone("reason.not_saved")} />}
        {empty ? (
          <Empty title={finish("finish.empty")} text={finish("finish.empty.hint")} />
        ) : (
          <p class="big">{finish("finish.sum", { kinds, quantity: formatSum(quantity, scale) })}</p>
        )}
        {unknown > 0 && <Notice outcome="look" text={finish("finish.unknown", { n: unknown })} />}
        {asked.length > 0 && !empty && (
          <>
            <h2>{finish("finish.question")}</h2>
            <div class="two">
              <Button size="touch" onClick={() => all("zero")}>
                {finish("finish.all_zero")}
              </Button>
              <Button size="touch" onClick={() => all("uncounted")}>
                {finish("finish.all_uncounted")}
              </Button>
            </div>
          </>
        )}
        {empty && asked.length > 0 && <p class="soft">{finish("finish.question.count", { n: asked.length })}</p>}
        <ul>
          {asked.map((one) => (
            <Question
              key={keyOf(one)}
              asked={one}
              answer={answers[keyOf(one)]}
              onAnswer={(answer) => setAnswers({ ...answers, [keyOf(one)]: answer })}
            />
          ))}
        </ul>
        {asked.length === 0 && !empty && <p class="soft">{finish("finish.nothing")}</p>}
      </main>
      <footer class="foot">
        <div class="two">
          <LinkButton size="touch" href={href("/phone/count")}>
            {finish("finish.go_on")}
          </LinkButton>
          {empty && Object.keys(answers).length === 0 ? (
            <Button kind="main" size="touch" onClick={() => submit(true)}>
              {finish("finish.empty.confirm")}
            </Button>
          ) : (
            <Button kind="main" size="touch" disabled={left > 0} onClick={() => submit(false)}>
              {left > 0 ? finish("finish.left", { n: left }) : finish("finish.submit")}
            </Button>
          )}
        </div>
      </footer>
    </>
  );
}
