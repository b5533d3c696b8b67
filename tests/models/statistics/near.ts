/** Rows of numbers, held to a tolerance, with what differs in the message. */
import { numberIn, type Row } from '../rows.ts'

/** `within` is absolute, or a share of what is expected when `relative`. */
export function expectNear(
  row: Row,
  expected: Readonly<Record<string, number>>,
  { within, relative = false }: { readonly within: number; readonly relative?: boolean },
): void {
  for (const [column, value] of Object.entries(expected)) {
    const found = numberIn(row, column)
    const tolerance = relative ? Math.abs(value) * within : within
    if (Math.abs(found - value) <= tolerance) continue
    throw new Error(
      `${column}: expected ${value} within ${tolerance}, found ${found} in ${JSON.stringify(row)}`,
    )
  }
}
