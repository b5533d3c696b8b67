/** The warning for rows that a microbatch model gave outside of their batch: they are in no table, and no batch brings them. */
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import { configSpan, type Placed } from '../../../core/node/config-places.ts'

export function rowsOutside(
  node: Placed & { readonly name: string },
  { count, first }: { readonly count: number; readonly first: string },
): Diagnostic {
  const rows = count === 1 ? '1 row' : `${count} rows`
  return warningDiagnostic({
    code: 'rows-outside-batch',
    message: `expected each batch of "${node.name}" to give rows of its own span, found ${rows} outside of the batch, first in ${first}: they are not inserted`,
    span: configSpan(node, 'event_time'),
    hint: 'inputs are cut by their event_time, in UTC: give the model the same moment as its event_time (a local date belongs into another column), or read the input with filter=false',
  })
}
