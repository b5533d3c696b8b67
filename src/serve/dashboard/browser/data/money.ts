/** In which unit money and rewards of a bandit are, as far as the project says. */
import { banditOf } from './arms.ts'
import { textIn } from './cells.ts'
import type { PanelData } from './panel-data.ts'

/** Empty: the project does not say. */
export function currencyOf(data: PanelData): string {
  return data.unit('aggregates_total', 'revenue')
}

/** Money where the bandit learns from money; a share of trials, or a sum of weights, has none. */
export function rewardUnit(data: PanelData): string {
  return textIn(banditOf(data), 'objective') === 'revenue' ? currencyOf(data) : ''
}

/** `Revenue, USD`. */
export function titled(title: string, unit: string): string {
  return unit === '' ? title : `${title}, ${unit}`
}
