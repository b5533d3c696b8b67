/** Rows as they were asked for: a table, JSON or CSV. */
import type { BuildValue, ShowValue, SimulateValue } from '../../app/use-cases.ts'
import { never } from '../../core/never.ts'
import { plural } from '../render/counts.ts'
import { type CallOf, type RequestRun, tellPeople, withLineEnds } from './request-run.ts'

export async function showRows(
  run: RequestRun,
  { output, asNumbers, options }: CallOf<'show' | 'metric'>,
  value: ShowValue,
): Promise<void> {
  await printTable(run, { output, asNumbers }, value)
  if (output !== 'table') return
  const { node, table } = value
  const count = table.rows.length
  const isCut = options.limit >= 0 && count >= options.limit
  const rest = isCut ? ', --limit -1 shows all there are' : ''
  tellPeople(run, {
    lines: [run.screen.people.paint('dim', `${plural(count, 'row')} of ${node}${rest}`)],
    json: { type: 'shown', fields: { node, rows: count } },
  })
}

async function printTable(
  { screen }: RequestRun,
  { output, asNumbers }: Pick<CallOf<'show'>, 'output' | 'asNumbers'>,
  { node, table }: ShowValue,
): Promise<void> {
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
      return screen.printResult(withLineEnds(renderTable(table, options)))
    }
    default:
      never(output)
  }
}

/** One row a metric and variant; shares with four digits where people read them. */
export async function showSimulated(
  run: RequestRun,
  { output }: CallOf<'simulate'>,
  value: SimulateValue,
): Promise<void> {
  const { experiment, simulations, seed, chance, rates } = value
  if (rates.length === 0) return
  const digits = (share: number | null) =>
    share === null || output !== 'table' ? share : Number(share.toFixed(4))
  const columns = [
    ['metric', 'text'],
    ['variant', 'text'],
    ['simulations', 'integer'],
    ['false_positives', 'integer'],
    ['rate', 'double'],
    ['expected_low', 'double'],
    ['expected_high', 'double'],
    ['as_expected', 'boolean'],
  ] as const
  const table = {
    columns: columns.map(([name, kind]) => ({ name, kind, dataType: kind })),
    rows: rates.map((rate) => [
      rate.metric,
      rate.variant,
      rate.answered,
      rate.falsePositives,
      digits(rate.rate),
      digits(rate.expectedLow),
      digits(rate.expectedHigh),
      rate.isExpected,
    ]),
  }
  await printTable(run, { output, asNumbers: false }, { node: experiment, table })
  tellPeople(run, {
    lines: [
      run.screen.people.paint(
        'dim',
        `${plural(simulations, 'simulation')} of ${experiment} without a difference, seed ${seed}: one in ${Number((1 / chance).toFixed(1))} is called different when p-values keep their promise`,
      ),
    ],
    json: { type: 'simulated', fields: { experiment, simulations, seed } },
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
