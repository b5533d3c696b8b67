/** What is looked at: kept in the address of the page, so that it can be sent to someone and is there after a reload. */
import { type Row, textIn } from '../data/cells.ts'
import { inOrderOfMetrics, type PanelData } from '../data/panel-data.ts'
import { element, part } from './element.ts'

export interface Choices {
  readonly bandit: string
  readonly test: string
  /** Empty: all visits. */
  readonly segment: string
  readonly window: 'day' | 'hour'
}

export function readChoices(): Choices {
  const words = new URLSearchParams(location.hash.slice(1))
  return {
    bandit: words.get('bandit') ?? '',
    test: words.get('test') ?? '',
    segment: words.get('segment') ?? '',
    window: words.get('window') === 'hour' ? 'hour' : 'day',
  }
}

export function keepChoices(choices: Choices): void {
  const words = new URLSearchParams(Object.entries(choices).filter(([, value]) => value !== ''))
  history.replaceState(null, '', `#${words.toString()}`)
}

/** Options are only written when they change: a list that is open stays open. */
export function offer(selector: string, names: readonly string[], chosen: string): void {
  const select = part(selector, HTMLSelectElement)
  const offered = [...select.options].map(({ value }) => value)
  if (JSON.stringify(offered) !== JSON.stringify(names)) {
    select.replaceChildren(
      ...names.map((name) =>
        element('option', { value: name }, [name === '' ? 'all visits' : name]),
      ),
    )
  }
  hideWithout(select, names)
  if (select.value !== chosen) select.value = chosen
}

/** Those that the rows speak of; the one that is chosen stays chosen while it is there. */
export function offerMetrics(
  select: HTMLSelectElement,
  data: PanelData,
  rows: readonly Row[],
): void {
  const names = [...new Set(inOrderOfMetrics(data, rows).map((row) => textIn(row, 'metric')))]
  hideWithout(select, names)
  const offered = [...select.options].map(({ value }) => value)
  if (JSON.stringify(offered) === JSON.stringify(names)) return
  const chosen = names.includes(select.value) ? select.value : (names[0] ?? '')
  select.replaceChildren(
    ...names.map((name) => element('option', { value: name }, [data.metric(name).label])),
  )
  select.value = chosen
}

/** With its label: where there is nothing to choose. */
function hideWithout(select: HTMLSelectElement, names: readonly string[]): void {
  const field = select.closest('label')
  if (field !== null) field.hidden = names.length === 0
}
