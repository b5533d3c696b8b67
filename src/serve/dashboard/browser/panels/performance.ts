/** What each price was shown, sold and earned, and how much it is given next; in short above, arm by arm in a table. */
import type { Arm } from '../data/arms.ts'
import { armsOf } from '../data/arms.ts'
import { isTrueIn } from '../data/cells.ts'
import { currencyOf, rewardUnit } from '../data/money.ts'
import type { PanelData } from '../data/panel-data.ts'
import { element } from '../show/element.ts'
import { asCount, asMoney, asNumber, asPercent, numberCell } from '../show/format.ts'
import { badge, note, panel, whyEmpty } from '../show/panel.ts'
import { createTable } from '../show/table.ts'
import { sayPriceVerdict } from './price-verdict.ts'

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
    sayPriceVerdict(data)
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
    element('span', { class: 'arm-name' }, [
      color === undefined ? null : element('span', { class: `swatch series-${color}` }),
      element('span', {}, [label]),
    ]),
    isTrueIn(weight, 'is_leading') ? badge('leads', 'good') : null,
    weight !== undefined && weight['is_available'] === false ? badge('not drawn', 'bad') : null,
  ])
}
