/** Which price wins, how sure that is, and for whom: in a sentence, and the numbers that it rests on. */
import { type Arm, armsOf, banditOf, weightsOf } from '../data/arms.ts'
import { isTrueIn, numberIn, textIn } from '../data/cells.ts'
import { currencyOf, rewardUnit } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import { asCount, asMoment, asMoney, asNumber, asShortChance } from '../show/format.ts'
import { type InShort, sayInShort } from '../show/in-short.ts'

/** As many segments as a sentence can name. */
const mostSegments = 4

export function sayPriceVerdict(data: PanelData): void {
  sayInShort('prices', priceVerdict(data))
}

function priceVerdict(data: PanelData): InShort {
  const arms = armsOf(data)
  const [weight] = weightsOf(data)
  const leading = arms.find(({ weight }) => isTrueIn(weight, 'is_leading'))
  const sum = (name: string) =>
    arms.reduce((total, arm) => total + (numberIn(arm.total, name) ?? 0), 0)
  const trials = sum('impressions')
  const withUnit = (text: string, unit: string) => `${text} ${unit}`.trim()
  const loss = numberIn(leading?.weight, 'expected_loss')
  return {
    text: textOf(data, { arms, leading, trials }),
    tone: textIn(weight, 'status') === 'decided' ? 'good' : 'open',
    tiles: [
      [`Chance that ${leading?.label ?? 'an arm'} is best`, chanceOf(leading)],
      ['Expected loss per trial', loss === null ? '–' : withUnit(asNumber(loss), rewardUnit(data))],
      ['Trials', asCount(trials)],
      ['Conversions', asCount(sum('conversions'))],
      ['Revenue', withUnit(asMoney(sum('revenue')), currencyOf(data))],
      ['Events up to', asMoment(textIn(banditOf(data), 'last_event_at')) || '–'],
    ],
  }
}

interface Counted {
  readonly arms: readonly Arm[]
  readonly leading: Arm | undefined
  readonly trials: number
}

function textOf(data: PanelData, { arms, leading, trials }: Counted): string {
  const [weight] = weightsOf(data)
  if (weight === undefined) return ''
  const state = textIn(weight, 'state')
  if (leading === undefined) {
    return `${state === 'ended' ? 'Ended. ' : ''}Too early to say: ${trials === 0 ? 'no trial was counted yet' : 'no arm leads yet'}.`
  }
  const others = arms
    .filter(({ id, weight: each }) => id !== leading.id && numberIn(each, 'prob_best') !== null)
    .toSorted((a, b) => chance(b) - chance(a))
  const next =
    others[0] === undefined ? '' : `; next is ${others[0].label} with ${chanceOf(others[0])}`
  const sure = `the chance that it is best is ${chanceOf(leading)}${next}.`
  const where = standing({ status: textIn(weight, 'status'), state }, leading.label)
  return `${where}: ${sure}${forWhom(data, arms, leading)}`
}

interface Standing {
  readonly status: string
  /** What people have said of it. */
  readonly state: string
}

function standing({ status, state }: Standing, arm: string): string {
  const paused = state === 'paused' ? 'Paused. ' : ''
  if (status === 'decided') return `${state === 'ended' ? 'Ended. ' : paused}${arm} wins`
  if (state === 'ended') return `Ended without a decision, ${arm} was ahead`
  return status === 'leading'
    ? `${paused}${arm} leads, not decided yet`
    : `${paused}Too early to say, ${arm} is ahead`
}

/** Of segments that choose for themselves. */
function forWhom(data: PanelData, arms: readonly Arm[], overall: Arm): string {
  if (data.segment !== '') return ''
  const labels = new Map(arms.map(({ id, label }) => [id, label]))
  const leaders = data
    .view('bandit_weights')
    .rows.filter((row) => textIn(row, 'segment') !== '' && isTrueIn(row, 'is_leading'))
  if (leaders.length === 0) return ''
  if (leaders.every((row) => textIn(row, 'price_id') === overall.id)) {
    return ' It is ahead in each segment.'
  }
  const byArm = new Map<string, string[]>()
  for (const row of leaders.slice(0, mostSegments)) {
    const id = textIn(row, 'price_id')
    byArm.set(id, [...(byArm.get(id) ?? []), textIn(row, 'segment')])
  }
  const named = [...byArm].map(
    ([id, segments]) => `${labels.get(id) ?? id} for ${listed(segments)}`,
  )
  const more = leaders.length - mostSegments
  const rest = more > 0 ? `; ${asCount(more)} more segments are in the list above` : ''
  return ` Ahead by segment: ${named.join('; ')}${rest}.`
}

/** `a, b and c` */
function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en').format(names)
}

function chance({ weight }: Arm): number {
  return numberIn(weight, 'prob_best') ?? 0
}

function chanceOf(arm: Arm | undefined): string {
  const value = numberIn(arm?.weight, 'prob_best')
  return value === null ? '–' : asShortChance(value)
}
