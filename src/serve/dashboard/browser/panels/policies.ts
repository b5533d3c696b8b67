/** What other policies would have earned on the choices that were logged, and how a replay of the log shared them out. */
import { rewardUnit } from '../data/money.ts'
import { armsOverTime } from '../charts/arms-over-time.ts'
import { createChart } from '../charts/chart.ts'
import { armsOf, chartedNote } from '../data/arms.ts'
import { numberIn, type Row, textIn } from '../data/cells.ts'
import type { PanelData, ViewRows } from '../data/panel-data.ts'
import { element } from '../show/element.ts'
import { asAxisPercent, asCount, asNumber, asPercent, asWindow } from '../show/format.ts'
import { numberColumn, numberColumnOf } from '../show/number-column.ts'
import { asTable, badge, note, panel, whyEmpty } from '../show/panel.ts'
import { createTable } from '../show/table.ts'

const policies: Readonly<Record<string, string>> = {
  uniform: 'Every arm as often',
  thompson: 'Thompson sampling, replayed',
}

export function policiesPanel(): (data: PanelData) => void {
  const shown = panel('policies')
  const table = valuesTable()
  const replay = replayPart()
  const about = note(
    'Reckoned from the probability that each choice was logged with, weighted to a mean of 1; unweighted beside it. Errors are standard errors. Where the log cannot answer, the figures stand with the reason why nothing may be built on them.',
  )
  return (data) => {
    const values = data.view('off_policy_values')
    const why = whyEmpty(
      values,
      'No choice was logged with its probability yet: those of /bandits/select are.',
    )
    if (why !== undefined) return shown.say(why)
    const unit = rewardUnit(data)
    table.update(values.rows, { 'Reward per trial': unit, Unweighted: unit, Error: unit })
    shown.show(table.node, about, ...replay(data))
  }
}

function valuesTable() {
  return createTable<Row>({
    caption: 'What other policies would have earned',
    key: (row) => textIn(row, 'target_policy'),
    columns: [
      {
        title: 'Policy',
        isHead: true,
        cell: (row) => policies[textIn(row, 'target_policy')] ?? textIn(row, 'target_policy'),
      },
      { title: 'To be relied on', cell: reliedCell },
      numberColumn('Reward per trial', 'snips', asNumber),
      numberColumn('Error', 'snips_se', asNumber),
      numberColumn('Unweighted', 'ips', asNumber),
      numberColumn('Error', 'ips_se', asNumber),
      numberColumn('Trials', 'n', asCount),
      numberColumn('Effective trials', 'ess', asCount),
    ],
  })
}

function reliedCell(row: Row): Node {
  const message = textIn(row, 'message')
  if (message === '') return badge('yes', 'good')
  return element('span', {}, [
    badge('no', 'open'),
    element('span', { class: 'said quiet' }, [message]),
  ])
}

interface Replayed {
  readonly row: Row
  readonly label: string
}

/** Nodes to show below, or a sentence why there is no replay. */
function replayPart(): (data: PanelData) => readonly Node[] {
  const title = element('h4', {}, ['Share of each arm in the replay'])
  const chart = createChart()
  const details = asTable(replayTable())
  const about = note('')
  return (data) => {
    const view: ViewRows = data.view('replay_allocations')
    const why = whyEmpty(
      view,
      'Not replayed. With the var "replay_seed" the logged choices of a file are made anew by Thompson sampling.',
    )
    if (why !== undefined) {
      about.textContent = why
      return [about]
    }
    const arms = armsOf(data)
    const labels = new Map(arms.map(({ id, label }) => [id, label]))
    details.update(
      view.rows.map((row) => {
        const id = textIn(row, 'price_id')
        return { row, label: labels.get(id) ?? id }
      }),
    )
    chart.update(
      armsOverTime(
        { kind: 'stack', titleY: 'Share', format: asAxisPercent },
        arms,
        view.rows.map((row) => ({ row, value: numberIn(row, 'weight') })),
      ),
    )
    about.textContent =
      `Drawn by a seed, each day by what was logged before it: the same log and seed give the same choices everywhere. ${chartedNote(arms)}`.trim()
    return [title, chart.node, about, details.node]
  }
}

function replayTable() {
  return createTable<Replayed>({
    caption: 'The replay by day and arm',
    key: ({ row }) => `${textIn(row, 'price_id')} ${textIn(row, 'window_start')}`,
    columns: [
      {
        title: 'From',
        isHead: true,
        cell: ({ row }) => asWindow(textIn(row, 'window_start'), 'day'),
      },
      { title: 'Arm', cell: ({ label }) => label },
      numberColumnOf('Share', 'weight', asPercent),
      numberColumnOf('Choices', 'choices', asCount),
      numberColumnOf('As logged', 'matches', asCount),
      numberColumnOf('Their reward', 'reward', asCount),
      numberColumnOf('Per choice', 'mean_reward', asNumber),
    ],
  })
}
