// Tables as files for spreadsheets.

/** A cell; quoted, and harmless where a spreadsheet would take it for a formula. */
export function csvCell(value) {
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {string[]} heads @param {(string|number)[][]} rows */
export function csv(heads, rows) {
  return [heads, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** What made a table, in lines of comment above it. @param {string[]} lines */
export const comments = (lines) =>
  lines
    .filter(Boolean)
    .map((line) => `# ${line.replace(/\s+/g, ' ')}\r\n`)
    .join('');

/** A table as a file; `above` is what stands before it. @param {string[]} heads @param {(string|number)[][]} rows */
export function csvFile(heads, rows, above = '') {
  return new Blob(['\ufeff', above, csv(heads, rows)], { type: 'text/csv;charset=utf-8' });
}
