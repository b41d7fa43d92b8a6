/** Rows as lines, each column as wide as its widest cell. @param left how many columns, from the first, are aligned to the left */
export function aligned(rows: readonly (readonly string[])[], left = Infinity): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number): string => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0));
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
