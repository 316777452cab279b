// The page's end of the decoder: one picture at a time goes out, its codes come back.
import type { Answer, Question } from "./decoder_worker";
import workerAddress from "./decoder_worker.ts?worker&url";
import type { RawRead } from "./reading";

interface Policy {
  createScriptURL(text: string): string;
}

/** Where the page wants Trusted Types, even this constant must come out of a policy. */
function trusted(address: string): string {
  const types = (window as { trustedTypes?: { createPolicy: (name: string, rules: object) => Policy } }).trustedTypes;
  if (!types) return address;
  return types.createPolicy("pandian-decoder", { createScriptURL: () => address }).createScriptURL(address);
}

export interface Looked {
  reads: RawRead[];
  ms: number;
}

export class Decoder {
  private readonly worker = new Worker(trusted(workerAddress), import.meta.env.DEV ? { type: "module" } : undefined);
  private readonly open = new Map<number, { done: (looked: Looked) => void; failed: (error: Error) => void }>();
  private last = 0;
  private broken: Error | null = null;
  /** Resolves when the decoder is loaded; rejects when it cannot be. */
  readonly ready: Promise<unknown>;

  constructor() {
    this.worker.addEventListener("message", (event: MessageEvent<Answer>) => this.answered(event.data));
    this.worker.addEventListener("error", () => this.fail(new Error("the decoder stopped")));
    // Question 0 is the worker's own, asked when it starts.
    this.ready = new Promise<Looked>((done, failed) => this.open.set(0, { done, failed }));
    this.ready.catch(() => undefined);
  }

  look(picture: ImageData, hard: boolean): Promise<Looked> {
    if (this.broken) return Promise.reject(this.broken);
    this.last += 1;
    const question: Question = { id: this.last, picture, hard };
    return new Promise((done, failed) => {
      this.open.set(question.id, { done, failed });
      this.worker.postMessage(question, [picture.data.buffer]);
    });
  }

  close(): void {
    this.worker.terminate();
    this.fail(new Error("the decoder is closed"));
  }

  /** It will not read any more; a new one may. */
  get isBroken(): boolean {
    return this.broken !== null;
  }

  private answered({ id, reads, ms, error }: Answer): void {
    // Not even the first look came off: it could not be loaded.
    if (id === 0 && error !== undefined) {
      this.close();
      return;
    }
    const asked = this.open.get(id);
    this.open.delete(id);
    if (error !== undefined) asked?.failed(new Error(error));
    else asked?.done({ reads: reads ?? [], ms: ms ?? 0 });
  }

  private fail(error: Error): void {
    this.broken = error;
    for (const { failed } of this.open.values()) failed(error);
    this.open.clear();
  }
}
