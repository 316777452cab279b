// Text that is typed here and takes effect when typing pauses.
import { useEffect, useRef, useState } from "preact/hooks";
import { useQuiet } from "../load";

/** What stands in the box, and a setter; `apply` is called with the text once it has been quiet. */
export function useTyped(value: string, apply: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const quiet = useQuiet(text);
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (quiet === sent.current) return;
    sent.current = quiet;
    apply(quiet);
  }, [quiet]);
  return [text, setText];
}
