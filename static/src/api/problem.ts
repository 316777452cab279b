// What a call to the server may throw. RFC 9457 problem+json carries a stable `code`; screens translate by it.

export interface FieldError {
  field?: string;
  row?: number;
  column?: string;
  value?: string;
  /** Of a file's missing column: what it is called. */
  head_zh?: string;
  head_en?: string;
  code: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[],
    /** Everything the body said, for the data beside the code (retry_after_s, error_count …). */
    readonly data: Record<string, unknown>,
  ) {
    super(`${status} ${code}: ${detail || title}`);
    this.name = "Problem";
  }

  /** The message for one form field, if the server complained about it. */
  field(name: string): FieldError | undefined {
    return this.errors.find((error) => error.field === name);
  }
}

/** No answer came: the network, the server, or the time was out. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super("unreachable");
    this.name = "Unreachable";
    this.cause = cause;
  }
}

/** Read a failed answer, whatever its body looks like, as a Problem. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // A proxy's HTML page: the status alone must do.
  }
  const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : "");
  const errors = Array.isArray(body.errors) ? (body.errors as FieldError[]) : [];
  const retry = Number(response.headers.get("Retry-After"));
  const data = Number.isFinite(retry) && retry > 0 ? { retry_after_s: retry, ...body } : body;
  return new Problem(response.status, text("code") || "unexpected", text("title"), text("detail"), errors, data);
}
