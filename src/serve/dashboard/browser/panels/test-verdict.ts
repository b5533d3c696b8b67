/** Is the variant better, how sure is that, does it hurt anything, for whom, can it be believed: said before the tables that show it. */
import { isTrueIn, numberIn, textIn } from '../data/cells.ts'
import { inOrderOfMetrics, type PanelData } from '../data/panel-data.ts'
import { declaredTest, healthCheck, isRunning } from '../data/running.ts'
import { asCount, wordsOf } from '../show/format.ts'
import { sayInShort } from '../show/in-short.ts'
import { badge } from '../show/panel.ts'
import { isOfEverybody } from './compared.ts'

export function sayTestVerdict(data: PanelData): void {
  const { judged } = data
  const deciding = decidingMetric(data)
  sayInShort('tests', {
    text: judged?.text ?? '',
    tone: judged?.tone ?? 'open',
    tiles: [
      ['Decided by', deciding === '' ? '–' : data.metric(deciding).label],
      ['Users', usersText(data, deciding)],
      ['Does it hurt a guardrail', harmText(data)],
      ['For whom', whomText(data, deciding)],
      ['Split of the users', splitNode(data)],
    ],
  })
}

/** Empty: there are no results. */
function decidingMetric(data: PanelData): string {
  return textIn(inOrderOfMetrics(data, data.view('experiment_results').rows)[0], 'metric')
}

function usersText(data: PanelData, deciding: string): string {
  const variants = data
    .view('experiment_results')
    .rows.filter((row) => isOfEverybody(row) && textIn(row, 'metric') === deciding)
  if (variants.length === 0) return '–'
  const count = variants.reduce(
    (total, row) => total + (numberIn(row, 'users') ?? 0),
    numberIn(variants[0], 'control_users') ?? 0,
  )
  const planned = numberIn(declaredTest(data), 'planned_users')
  if (planned === null) return asCount(count)
  return isRunning(data)
    ? `${asCount(count)} of ${asCount(planned)} planned`
    : `${asCount(count)}, ${asCount(planned)} planned`
}

function harmText(data: PanelData): string | Node {
  const { rows } = data.view('experiment_guardrails')
  if (rows.length === 0) return 'No guardrails'
  const harmed = rows.filter((row) => row['verdict'] === 'harmed')
  if (harmed.length > 0) {
    const names = new Set(harmed.map((row) => data.metric(textIn(row, 'metric')).label))
    return badge(`Yes: ${[...names].join(', ')}`, 'bad')
  }
  const safe = rows.filter((row) => row['verdict'] === 'safe').length
  return safe === rows.length
    ? badge(`No: all ${asCount(safe)} are safe`, 'good')
    : `Not shown; ${asCount(safe)} of ${asCount(rows.length)} shown to be safe`
}

function whomText(data: PanelData, deciding: string): string {
  const { rows } = data.view('experiment_interactions')
  const tested = rows.filter((row) => textIn(row, 'metric') === deciding)
  if (tested.length === 0) return 'No segments'
  if (isRunning(data)) return 'Said at the planned end'
  const level = 1 - (data.judged?.level ?? 0.95)
  const differs = tested.filter((row) => (numberIn(row, 'p_value_adjusted') ?? 1) < level)
  const names = new Set(
    differs.map((row) => wordsOf(textIn(row, 'segment_dimension')).toLowerCase()),
  )
  return names.size === 0 ? 'No difference shown' : `It differs by ${[...names].join(', ')}`
}

function splitNode(data: PanelData): string | Node {
  const split = healthCheck(data, 'srm')
  if (split === undefined || split['passed'] === null) return '–'
  return isTrueIn(split, 'passed') ? badge('As planned', 'good') : badge('Not as planned', 'bad')
}
