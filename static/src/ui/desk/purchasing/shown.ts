// What a form shows of a document: the page behind it goes on loading, the version that is sent does not.
import { useRef } from "preact/hooks";
import { Problem } from "../../../api/problem";

export interface Shown<Document> {
  /** As it was when the form opened, or as this form saved it last; null before there is one. */
  document: Document | null;
  /** Send it; what comes back is what is shown from now on. The page is loaded again where somebody was faster. */
  save: (send: (document: Document | null) => Promise<Document>, reload?: () => Promise<void>) => Promise<Document>;
}

export function useShown<Document>(document: Document | null): Shown<Document> {
  const shown = useRef(document);
  return {
    document: shown.current,
    save: async (send, reload) => {
      try {
        shown.current = await send(shown.current);
        return shown.current;
      } catch (error) {
        if (error instanceof Problem && error.code === "document_changed") await reload?.();
        throw error;
      }
    },
  };
}
