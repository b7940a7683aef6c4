// Test data that are not part of the project: below the folder that HEATLENS_DATA names, or ../shared/data.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root =
  process.env.HEATLENS_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/**
 * A folder or file of test data. Where it is absent the test is skipped, which `build.sh test` reports by its name; with
 * HEATLENS_REQUIRE_DATA=1 that is a failure.
 * @param {string} path below the data's folder
 * @param {{ name: string, skip: (why: string) => void }} test
 * @returns {string|null} null where it is absent
 */
export function data(path, test) {
  const found = `${root}/${path}`;
  if (existsSync(found)) return found;
  const why = `NOT RUN: there is no ${found}`;
  assert.notEqual(process.env.HEATLENS_REQUIRE_DATA, '1', why);
  if (process.env.HEATLENS_SKIPPED)
    appendFileSync(process.env.HEATLENS_SKIPPED, `${test.name}: no ${path}\n`);
  test.skip(why);
  return null;
}
