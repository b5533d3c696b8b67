/** How fresh and how sound the data is: sources, the views behind the page, data tests, the last runs. */
import type { JsonObject } from '../../../../core/json.ts'
import { momentOf, numberIn, objectOf, type Row, rowsOf, textIn } from '../data/cells.ts'
import { breakable, element } from '../show/element.ts'
import { asAge, asCount, asMoment, none, numberCell } from '../show/format.ts'
import { badge, note, panel } from '../show/panel.ts'
import { numberColumn, numberColumnOf } from '../show/number-column.ts'
import { createTable } from '../show/table.ts'

interface Aged {
  readonly row: Row
  readonly now: Date
}

type Update = (quality: JsonObject, now: Date) => void

/** Ages are told by the clock of the server. */
export function qualityPanels(): (quality: JsonObject) => void {
  const panels = [sourcesPanel(), viewsPanel(), checksPanel(), runsPanel()]
  return (quality) => {
    const now = momentOf(textIn(quality, 'now')) ?? new Date()
    for (const update of panels) update(quality, now)
  }
}

function sourcesPanel(): Update {
  const shown = panel('freshness')
  const table = createTable<Aged>({
    caption: 'Freshness of the sources',
    key: ({ row }) => textIn(row, 'unique_id'),
    columns: [
      {
        title: 'Source',
        isHead: true,
        cell: ({ row }) => breakable(shortName(textIn(row, 'unique_id'))),
      },
      { title: 'Last loaded', cell: ageOf('last_loaded_at') },
      numberColumnOf('Rows, 24 h', 'rows_last_day', asCount),
      { title: 'Dead letters', isNumeric: true, cell: ({ row }) => lettersCell(row) },
      { title: 'Freshness', cell: ({ row }) => freshnessCell(textIn(row, 'freshness')) },
    ],
  })
  return (quality, now) => {
    const rows = rowsOf(quality['sources'])
    if (rows.length === 0)
      return shown.say('Nothing was loaded by assay yet: seeds are no sources.')
    table.update(rows.map((row) => ({ row, now })))
    shown.show(table.node)
  }
}

function lettersCell(row: Row): Node {
  const letters = numberIn(row, 'dead_letters') ?? 0
  const cell = numberCell(row, 'dead_letters', asCount)
  return letters === 0 ? cell : element('span', { class: 'badge bad' }, [cell])
}

function freshnessCell(status: string): Node {
  if (status === '') return none()
  return badge(status, status === 'pass' ? 'good' : status === 'warn' ? 'open' : 'bad')
}

function viewsPanel(): Update {
  const shown = panel('views')
  const table = createTable<Aged>({
    caption: 'When the views of this page were published',
    key: ({ row }) => textIn(row, 'name'),
    columns: [
      { title: 'View', isHead: true, cell: ({ row }) => breakable(textIn(row, 'name')) },
      { title: 'Published', cell: ageOf('published_at') },
      numberColumnOf('Rows', 'rows', asCount),
      { title: 'State', cell: ({ row }) => stateCell(textIn(row, 'state')) },
    ],
  })
  return (quality, now) => {
    const rows = rowsOf(quality['models'])
    if (rows.length === 0) return shown.say('This project has none of the models this page shows.')
    table.update(rows.map((row) => ({ row, now })))
    shown.show(table.node)
  }
}

function stateCell(state: string): Node {
  if (state === 'failed') return badge('last build failed, older shown', 'bad')
  return state === 'published' ? badge('published', 'good') : badge('not built', 'open')
}

function checksPanel(): Update {
  const shown = panel('checks')
  const tiles = element('dl', { class: 'tiles small' })
  const table = createTable<Row>({
    caption: 'Data tests that did not pass',
    key: (row) => textIn(row, 'unique_id'),
    columns: [
      {
        title: 'Test',
        isHead: true,
        cell: (row) => breakable(shortName(textIn(row, 'unique_id'))),
      },
      numberColumn('Rows at fault', 'failures', asCount),
      {
        title: 'Status',
        cell: (row) => badge(textIn(row, 'status'), row['status'] === 'warn' ? 'open' : 'bad'),
      },
    ],
  })
  const about = note('')
  return (quality, now) => {
    const tests = objectOf(quality['tests'])
    const counts = objectOf(tests['counts'])
    const names = ['pass', 'warn', 'fail', 'error'] as const
    if (names.every((name) => (numberIn(counts, name) ?? 0) === 0)) {
      return shown.say('No data test has run yet.')
    }
    tiles.replaceChildren(
      ...names.map((name) =>
        element('div', { class: 'tile', 'data-key': name }, [
          element('dt', {}, [name]),
          element('dd', {}, [numberCell(counts, name, asCount)]),
        ]),
      ),
    )
    const findings = rowsOf(tests['findings'])
    table.update(findings)
    const more = numberIn(tests, 'more_findings') ?? 0
    const last = asAge(textIn(tests, 'last_at'), now)
    about.textContent = `The last of them ran ${last}.${more === 0 ? '' : ` ${asCount(more)} more did not pass.`}`
    shown.show(tiles, ...(findings.length === 0 ? [] : [table.node]), about)
  }
}

function runsPanel(): Update {
  const shown = panel('runs')
  const table = createTable<Aged>({
    caption: 'The last runs',
    key: ({ row }) => textIn(row, 'run_id'),
    columns: [
      { title: 'Command', isHead: true, cell: ({ row }) => textIn(row, 'command') },
      { title: 'Begun', cell: ageOf('started_at') },
      { title: 'Took', isNumeric: true, cell: ({ row }) => tookOf(row) },
      { title: 'Ended', cell: ({ row }) => endCell(textIn(row, 'end')) },
    ],
  })
  return (quality, now) => {
    const rows = rowsOf(quality['runs'])
    if (rows.length === 0) return shown.say('Nothing has run on this target yet.')
    table.update(rows.map((row) => ({ row, now })))
    shown.show(table.node)
  }
}

function tookOf(row: Row): string {
  const from = momentOf(textIn(row, 'started_at'))
  const to = momentOf(textIn(row, 'finished_at'))
  return from === null || to === null
    ? '–'
    : `${((to.getTime() - from.getTime()) / 1000).toFixed(1)} s`
}

function endCell(end: string): Node {
  if (end === '') return badge('running, or died', 'open')
  return end === 'finished' ? badge('finished', 'good') : badge(end, 'bad')
}

function ageOf(name: string): (aged: Aged) => Node {
  return ({ row, now }) => {
    const text = textIn(row, name)
    return text === '' ? none() : element('time', { title: asMoment(text) }, [asAge(text, now)])
  }
}

/** `model.flagship.revenue`: revenue; `source.shop.raw.events`: raw.events. */
function shortName(uniqueId: string): string {
  return uniqueId.split('.').slice(2).join('.') || uniqueId
}
