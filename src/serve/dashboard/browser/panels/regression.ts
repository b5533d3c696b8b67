/** Logistic regressions of purchase: what the variant changes, and beside it what merely goes along with a purchase. */
import { type Row, textIn } from '../data/cells.ts'
import type { PanelData } from '../data/panel-data.ts'
import { isRunning, waitingText } from '../data/running.ts'
import { element } from '../show/element.ts'
import { asChance, asNumber, numberCell, wordsOf } from '../show/format.ts'
import { numberColumn } from '../show/number-column.ts'
import { badge, note, panel, whyEmpty } from '../show/panel.ts'
import { foundCell, twoLines } from '../show/two-lines.ts'
import { createTable } from '../show/table.ts'

interface Model {
  readonly name: 'effect' | 'association'
  readonly mood: 'good' | 'open'
  readonly title: string
  readonly about: string
}

const models: readonly Model[] = [
  {
    name: 'effect',
    mood: 'good',
    title: 'What the variant changes',
    about:
      'Beside the variant it knows the time before the exposure only, which no variant can change.',
  },
  {
    name: 'association',
    mood: 'open',
    title: 'What goes along with a purchase',
    about:
      'No effect is read from this: events of the window follow the variant, and hold the purchase itself.',
  },
]

const terms: Readonly<Record<string, string>> = {
  is_treatment: 'The variant',
  events_before: 'An event before',
  events_in_window: 'An event of the window',
  intercept: 'Intercept',
}

export function regressionPanel(): (data: PanelData) => void {
  const shown = panel('regression')
  const parts = models.map(modelPart)
  const beside = element(
    'div',
    { class: 'beside' },
    parts.map(({ node }) => node),
  )
  const about = note(
    'Odds ratio: what the odds of a purchase are multiplied by. The coefficient and its interval are in ln(odds).',
  )
  return (data) => {
    const view = data.view('experiment_regression')
    const why = whyEmpty(view, 'Only of tests whose users are known there are regressions.')
    if (why !== undefined) return shown.say(why)
    if (isRunning(data)) {
      return shown.say(waitingText(data, 'Coefficients, their intervals and p-values'))
    }
    for (const { update } of parts) update(view.rows)
    shown.show(beside, about)
  }
}

function modelPart({ name, mood, title, about }: Model) {
  const table = createTable<Row>({
    caption: `Regression of purchase: ${name}`,
    key: (row) => `${textIn(row, 'model')} ${textIn(row, 'term')}`,
    columns: [
      { title: 'Term', isHead: true, cell: (row) => termOf(textIn(row, 'term')) },
      numberColumn('Odds ratio', 'odds_ratio', asNumber),
      numberColumn('p', 'p_value', asChance),
      {
        title: 'Coefficient and interval',
        isNumeric: true,
        cell: (row) =>
          twoLines(numberCell(row, 'coefficient', asNumber), [
            numberCell(row, 'ci_low', asNumber),
            ' to ',
            numberCell(row, 'ci_high', asNumber),
          ]),
      },
      { title: 'Found', cell: (row) => foundCell(textIn(row, 'message')) },
    ],
  })
  const node = element('div', {}, [
    element('h4', {}, [title, ' ', badge(name, mood)]),
    note(about),
    table.node,
  ])
  return {
    node,
    update: (rows: readonly Row[]) => {
      const own = rows.filter((row) => textIn(row, 'model') === name)
      table.update(own.toSorted((a, b) => rankOf(a) - rankOf(b)))
    },
  }
}

/** What the reader looks for comes first. */
function rankOf(row: Row): number {
  const place = Object.keys(terms).indexOf(textIn(row, 'term'))
  return place < 0 ? 1 : place
}

function termOf(term: string): string {
  return terms[term] ?? wordsOf(term)
}
