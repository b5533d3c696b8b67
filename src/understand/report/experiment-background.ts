/** The sections of a report on an A/B test that say how far to believe it: health, less noise, regressions, the plan. */
import {
  controlName,
  type ExperimentData,
  isRunning,
  labelOf,
  levelText,
  variantLabel,
  waitingText,
} from './experiment-data.ts'
import {
  amount,
  changeText,
  countText,
  probabilityText,
  rangeText,
  shareText,
  valueText,
} from './number-text.ts'
import type { ReportSection } from './report-document.ts'
import { numberAt, type ReportRow, textAt } from './report-row.ts'
import { type ReportColumn, tableOf } from './table-of.ts'

const checks: Readonly<Record<string, string>> = {
  srm: 'exposed users are split as planned',
  srm_assigned: 'assigned users are split as planned',
  crossover: 'users stay in their variant',
  immature: 'outcome windows are over',
  planned_n: 'the planned users are there',
}

export function healthSection(data: ExperimentData): ReportSection {
  const rows = data.rows.experiment_health
  const columns: readonly ReportColumn[] = [
    {
      name: 'check',
      cell: (row) => checks[textAt(row, 'check_name')] ?? textAt(row, 'check_name'),
    },
    {
      name: 'passed',
      cell: ({ passed }) => {
        if (passed === null || passed === undefined) return { text: 'not known', tone: 'open' }
        return passed === true ? { text: 'yes', tone: 'good' } : { text: 'no', tone: 'bad' }
      },
    },
    {
      name: 'number',
      isNumber: true,
      cell: (row) => valueText(numberAt(row, 'statistic'), 'amount'),
    },
    { name: 'p', isNumber: true, cell: (row) => probabilityText(numberAt(row, 'p_value')) },
    { name: 'note', cell: (row) => textAt(row, 'message') || '-' },
  ]
  return {
    title: 'Can it be believed?',
    blocks:
      rows.length === 0
        ? [{ kind: 'text', text: 'No check has been made.' }]
        : [tableOf('Checks of the experiment itself', columns, rows)],
  }
}

export function cupedSection(data: ExperimentData): ReportSection | undefined {
  const rows = data.rows.experiment_cuped
  if (rows.length === 0) return undefined
  const running = isRunning(data)
  const about =
    'CUPED takes out of each user what they did before the exposure, which the variant cannot have changed.'
  const text = running
    ? `${about} ${waitingText(data, 'The difference, its interval and its p-value')}`
    : `${about} The difference is of the same thing, its interval narrower.`
  return {
    title: 'The same with less noise',
    blocks: [
      { kind: 'text', text },
      tableOf(
        'Adjusted by the time before the exposure',
        [
          { name: 'metric', cell: (row) => labelOf(data, textAt(row, 'metric')) },
          { name: 'variant', cell: (row) => variantLabel(data, textAt(row, 'variant')) },
          {
            name: controlName(data),
            isNumber: true,
            cell: (row) => valueText(numberAt(row, 'control_adjusted_mean'), 'amount'),
          },
          {
            name: 'value',
            isNumber: true,
            cell: (row) => valueText(numberAt(row, 'adjusted_mean'), 'amount'),
          },
          ...(running ? [] : adjustedDifference(data)),
          {
            name: 'variance taken out',
            isNumber: true,
            cell: (row) => shareText(numberAt(row, 'variance_reduction')),
          },
          { name: 'note', cell: (row) => textAt(row, 'message') || '-' },
        ],
        rows,
      ),
    ],
  }
}

function adjustedDifference(data: ExperimentData): readonly ReportColumn[] {
  return [
    {
      name: 'difference',
      isNumber: true,
      cell: (row) => changeText(numberAt(row, 'lift'), 'amount'),
    },
    {
      name: `${levelText(data)} interval`,
      isNumber: true,
      cell: (row) => rangeText(numberAt(row, 'ci_low'), numberAt(row, 'ci_high'), 'amount'),
    },
    { name: 'p', isNumber: true, cell: (row) => probabilityText(numberAt(row, 'p_value')) },
  ]
}

export function regressionSection(data: ExperimentData): ReportSection | undefined {
  const rows = data.rows.experiment_regression
  if (rows.length === 0) return undefined
  if (isRunning(data)) {
    const text = waitingText(data, 'Their coefficients, with intervals and p-values,')
    return { title: 'Regressions', blocks: [{ kind: 'text', text }] }
  }
  const isIntercept = (row: ReportRow) => (row['term'] === 'intercept' ? 0 : 1)
  const of = (model: string) =>
    rows.filter((row) => row['model'] === model).toSorted((a, b) => isIntercept(a) - isIntercept(b))
  return {
    title: 'Regressions',
    blocks: [
      {
        kind: 'text',
        text: 'Effect: purchase by the variant and by what users did before the exposure. Since the variant was drawn, its coefficient is what the variant does.',
      },
      tableOf('Effect, by the time before the exposure', terms(data), of('effect')),
      {
        kind: 'text',
        text: 'Association, not an effect: its covariate, the events of the outcome window, follows the variant and holds the purchase itself. It says what goes with a purchase, not what causes one.',
      },
      tableOf('Association, not an effect', terms(data), of('association')),
    ],
  }
}

function terms(data: ExperimentData): readonly ReportColumn[] {
  const number = (name: string, column: string): ReportColumn => ({
    name,
    isNumber: true,
    cell: (row: ReportRow) => {
      const value = numberAt(row, column)
      return value === undefined ? '-' : amount(value)
    },
  })
  return [
    { name: 'term', cell: (row) => textAt(row, 'term') },
    number('coefficient', 'coefficient'),
    number('std. error', 'std_error'),
    number('odds ratio', 'odds_ratio'),
    {
      name: `${levelText(data)} interval of the coefficient`,
      isNumber: true,
      cell: (row) => rangeText(numberAt(row, 'ci_low'), numberAt(row, 'ci_high'), 'amount'),
    },
    { name: 'p', isNumber: true, cell: (row) => probabilityText(numberAt(row, 'p_value')) },
    { name: 'note', cell: (row) => textAt(row, 'message') || '-' },
  ]
}

export function planSection(data: ExperimentData): ReportSection {
  const { declared } = data
  if (declared === undefined) {
    return {
      title: 'The plan',
      blocks: [
        {
          kind: 'text',
          text: 'Only the counts of this experiment are known: how many users each variant had, and how many of them converted.',
        },
      ],
    }
  }
  const shares = declared.variants.map(
    ({ label, share, is_control: isControl }) =>
      `${label} ${shareText(share)}${isControl ? ' (control)' : ''}`,
  )
  const facts = [
    ['unit', declared.unit],
    ['variants', shares.join(', ')],
    ['exposed by', declared.exposure_event ?? 'the event that the project says'],
    ['decides by', labelOf(data, data.primaryMetric)],
    ['outcome window', `${amount(declared.windows.outcome_days)} days from the exposure`],
    ['planned users', declared.planned_n === null ? 'not declared' : countText(declared.planned_n)],
    ['from', declared.start ?? 'open'],
    ['to', declared.end ?? 'open'],
  ]
  const rows = facts.map(([key = '', value = '']) => ({ key, value }))
  const columns: readonly ReportColumn[] = [
    { name: 'what', cell: (row) => textAt(row, 'key') },
    { name: 'as declared', cell: (row) => textAt(row, 'value') },
  ]
  const described = data.metrics.filter(({ description }) => description.trim() !== '')
  return {
    title: 'The plan',
    blocks: [
      tableOf('How it was set up', columns, rows),
      tableOf(
        'What the metrics are',
        [
          { name: 'metric', cell: (row) => textAt(row, 'label') },
          { name: 'better', cell: (row) => textAt(row, 'better') },
          { name: 'means', cell: (row) => textAt(row, 'description') },
        ],
        described.map(({ label, better, description }) => ({
          label,
          better,
          description: description.trim(),
        })),
      ),
    ],
  }
}
