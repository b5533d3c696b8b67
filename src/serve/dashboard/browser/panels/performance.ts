/** What each price was shown, sold and earned, and how much it is given next; in short above, arm by arm in a table. */
import type { Arm } from '../data/arms.ts'
import { armsOf, weightsOf } from '../data/arms.ts'
import { isTrueIn, numberIn, textIn } from '../data/cells.ts'
import { currencyOf, rewardUnit } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import { element, part } from '../show/element.ts'
import { asCount, asMoment, asMoney, asNumber, asPercent, numberCell } from '../show/format.ts'
import { badge, note, panel, whyEmpty } from '../show/panel.ts'
import { createTable } from '../show/table.ts'

const statusWords: Readonly<Record<string, string>> = {
  collecting: 'Collecting: too early to say',
  leading: 'One leads, not decided',
  decided: 'Decided',
}

/** Of what people have said of it; one that runs is told by its status. */
const stateWords: Readonly<Record<string, string>> = { paused: 'Paused', ended: 'Ended' }

export function performancePanel(): (data: PanelData) => void {
  const shown = panel('performance')
  const table = createTable<Arm>({
    caption: 'Price performance by arm',
    key: ({ id }) => id,
    columns: [
      { title: 'Arm', isHead: true, cell: armCell },
      {
        title: 'Trials',
        isNumeric: true,
        cell: ({ total }) => numberCell(total, 'impressions', asCount),
      },
      {
        title: 'Conversions',
        isNumeric: true,
        cell: ({ total }) => numberCell(total, 'conversions', asCount),
      },
      {
        title: 'Rate',
        isNumeric: true,
        cell: ({ total }) => numberCell(total, 'conversion_rate', asPercent),
      },
      {
        title: 'Revenue',
        isNumeric: true,
        cell: ({ total }) => numberCell(total, 'revenue', asMoney),
      },
      {
        title: 'Reward per trial',
        isNumeric: true,
        cell: ({ total }) => numberCell(total, 'mean_reward', asNumber),
      },
      {
        title: 'Variance',
        isNumeric: true,
        cell: ({ total }) => numberCell(total, 'variance', asNumber),
      },
      {
        title: 'Share next',
        isNumeric: true,
        cell: ({ weight }) => numberCell(weight, 'weight', asPercent),
      },
      {
        title: 'Expected loss',
        isNumeric: true,
        cell: ({ weight }) => numberCell(weight, 'expected_loss', asNumber),
      },
    ],
  })
  const about = note('')
  return (data) => {
    const why = whyEmpty(data.view('aggregates_total'), 'No trial was counted yet.')
    summarize(data)
    if (why !== undefined) return shown.say(why)
    const reward = rewardUnit(data)
    table.update(armsOf(data), {
      Revenue: currencyOf(data),
      'Reward per trial': reward,
      Variance: reward === '' ? '' : `${reward}²`,
      'Expected loss': reward,
    })
    about.textContent =
      'A trial: the impressions of one visit with an arm, or of one user where the experiment says so. Share next: what the next visitor is drawn by.'
    shown.show(table.node, about)
  }
}

function armCell({ label, color, weight }: Arm): Node {
  return element('span', { class: 'arm' }, [
    color === undefined ? null : element('span', { class: `swatch series-${color}` }),
    element('span', {}, [label]),
    isTrueIn(weight, 'is_leading') ? badge('leads', 'good') : null,
    weight !== undefined && weight['is_available'] === false ? badge('not drawn', 'bad') : null,
  ])
}

function summarize(data: PanelData): void {
  const weights = weightsOf(data)
  const arms = armsOf(data)
  const leading = arms.find(({ weight }) => isTrueIn(weight, 'is_leading'))
  const status = textIn(weights[0], 'status')
  const sum = (name: string) =>
    arms.reduce((total, arm) => total + (numberIn(arm.total, name) ?? 0), 0)
  const tiles: readonly (readonly [string, string])[] = [
    ['Leads', leading?.label ?? '–'],
    ['State', stateWords[textIn(weights[0], 'state')] ?? statusWords[status] ?? '–'],
    ['Trials', asCount(sum('impressions'))],
    ['Conversions', asCount(sum('conversions'))],
    ['Revenue', `${asMoney(sum('revenue'))} ${currencyOf(data)}`.trim()],
    // The now of all bandits says nothing of one that has no trial.
    ['Events up to', sum('impressions') > 0 ? asMoment(textIn(weights[0], 'as_of')) || '–' : '–'],
  ]
  part('#summary', HTMLElement).replaceChildren(
    ...tiles.map(([title, text]) =>
      element('div', { class: 'tile' }, [element('dt', {}, [title]), element('dd', {}, [text])]),
    ),
  )
}
