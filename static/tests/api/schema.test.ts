// schema.ts is made from openapi.json; tests/api/test_openapi_file.py holds that file against the server.
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

test("the types of the API are made from the description that is kept", async () => {
  const description = new URL("../../openapi.json", import.meta.url);
  const kept = readFileSync(new URL("../../src/api/schema.ts", import.meta.url), "utf8");
  const made = astToString(await openapiTS(description));
  const isFresh = kept.endsWith(made);
  expect(isFresh, "run `make api` and commit what it writes").toBe(true);
});
