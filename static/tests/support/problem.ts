import { Problem } from "../../src/api/problem";

export function problem(status: number, code: string, data: Record<string, unknown> = {}): Problem {
  return new Problem(status, code, code, "", [], data);
}
