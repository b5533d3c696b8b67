/** Rows as they were asked for: a table, JSON or CSV. */
import type { BuildValue, ShowValue } from '../../app/use-cases.ts'
import { never } from '../../core/never.ts'
import { plural } from '../render/counts.ts'
import { type CallOf, type RequestRun, tellPeople, withLineEnds } from './request-run.ts'

export async function showRows(
  run: RequestRun,
  { output, asNumbers, options }: CallOf<'show' | 'metric'>,
  { node, table }: ShowValue,
): Promise<void> {
  const { screen } = run
  switch (output) {
    case 'json': {
      const { tableJson } = await import('../render/data/table-json.ts')
      return screen.printResult(tableJson({ node, table, asNumbers }))
    }
    case 'csv': {
      const { tableCsv } = await import('../render/data/table-csv.ts')
      return screen.printResult(tableCsv(table))
    }
    case 'table': {
      const { renderTable } = await import('../render/data/table-text.ts')
      const options = { paint: screen.resultPaint, width: screen.resultColumns }
      await screen.printResult(withLineEnds(renderTable(table, options)))
      break
    }
    default:
      never(output)
  }
  const count = table.rows.length
  const isCut = options.limit >= 0 && count >= options.limit
  const rest = isCut ? ', --limit -1 shows all there are' : ''
  tellPeople(run, {
    lines: [screen.people.paint('dim', `${plural(count, 'row')} of ${node}${rest}`)],
    json: { type: 'shown', fields: { node, rows: count } },
  })
}

/** `seed --show`: what was loaded, as a look at each table. */
export async function showSeeds(
  run: RequestRun,
  { options, showsRows }: CallOf<'seed'>,
  { results }: BuildValue,
): Promise<void> {
  if (!showsRows) return
  const { screen, surroundings, useCases } = run
  const { renderTable } = await import('../render/data/table-text.ts')
  for (const { uniqueId, status } of results) {
    if (status !== 'success' || !uniqueId.startsWith('seed.')) continue
    const name = uniqueId.split('.').slice(2).join('.')
    const asked = { ...options, select: [name], limit: 10, introspect: true }
    const outcome = await useCases.show(asked, surroundings)
    if (outcome.kind === 'invalid') continue
    const paint = { paint: screen.resultPaint, width: screen.resultColumns }
    const lines = renderTable(outcome.value.table, paint)
    await screen.printResult(withLineEnds(['', name, ...lines]))
  }
}
