/** A report on an A/B test: the verdict in a sentence, and that no text of a project becomes markup. */
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import type { ExperimentData } from '../../../../src/understand/report/experiment-data.ts'
import { experimentDocument } from '../../../../src/understand/report/experiment-document.ts'
import { drawChart } from '../../../../src/understand/report/draw-chart.ts'
import type { ReportRow } from '../../../../src/understand/report/report-row.ts'
import { toHtml } from '../../../../src/understand/report/to-html.ts'
import { toMarkdown } from '../../../../src/understand/report/to-markdown.ts'

const proportion: ReportRow = {
  metric: 'conversion',
  segment: 'all',
  test: 'two_proportion',
  variant: 'new',
  control_users: 448,
  users: 472,
  control_rate: 0.0424107,
  rate: 0.0487288,
  lift: 0.0063181,
  relative_lift: 0.149,
  ci_low: -0.020617,
  ci_high: 0.0332532,
  p_value: 0.6463057,
  p_value_adjusted: 0.6463057,
  sequential_ci_low: null,
  sequential_ci_high: null,
  verdict: 'inconclusive',
  message: null,
}

function dataOf(
  results: readonly ReportRow[],
  rows: Partial<ExperimentData['rows']> = {},
): ExperimentData {
  return {
    id: 'page',
    declared: undefined,
    primaryMetric: 'conversion',
    metrics: [
      { name: 'conversion', label: 'Conversion', description: '', better: 'higher', meta: {} },
    ],
    level: 0.95,
    asOf: '2026-01-02 03:04:05',
    rows: {
      experiment_results: results,
      experiment_guardrails: [],
      experiment_health: [],
      experiment_looks: [],
      experiment_interactions: [],
      experiment_cuped: [],
      experiment_regression: [],
      ...rows,
    },
  }
}

const running = { experiment_health: [{ check_name: 'planned_n', passed: false }] }
const measured = 'Conversion is 4.87% against 4.24%, a difference of +0.63 points'

describe('the verdict of an A/B test', () => {
  const cases: readonly (readonly [string, ExperimentData, string, string])[] = [
    [
      'not decided',
      dataOf([proportion]),
      'open',
      `It is not decided whether new is better than the control: ${measured} (95% interval -2.06 to +3.33 points, p = 0.6463).`,
    ],
    [
      'better',
      dataOf([{ ...proportion, verdict: 'better', ci_low: 0.0001, p_value_adjusted: 1e-9 }]),
      'good',
      `New is better than the control: ${measured} (95% interval +0.01 to +3.33 points, p < 0.0001).`,
    ],
    [
      'better, but it harms',
      dataOf([{ ...proportion, verdict: 'better' }], {
        experiment_guardrails: [
          { metric: 'bounces', variant: 'new', verdict: 'harmed' },
          { metric: 'time', variant: 'new', verdict: 'safe' },
          { metric: 'bounces', variant: 'other', verdict: 'safe' },
        ],
      }),
      'bad',
      `New is better than the control: ${measured} (95% interval -2.06 to +3.33 points, p = 0.6463), but it harms bounces.`,
    ],
    [
      'worse',
      dataOf([{ ...proportion, verdict: 'worse' }]),
      'bad',
      `New is worse than the control: ${measured} (95% interval -2.06 to +3.33 points, p = 0.6463).`,
    ],
    [
      'not yet',
      dataOf(
        [{ ...proportion, verdict: null, message: 'no verdict yet: 920 of 5000 planned users' }],
        running,
      ),
      'open',
      `No verdict yet, 920 of 5000 planned users: ${measured}.`,
    ],
    [
      'decided early, by what may be read every day',
      dataOf(
        [
          {
            ...proportion,
            verdict: 'better',
            sequential_ci_low: 0.001,
            sequential_ci_high: 0.04,
            sequential_p_value: 0.01,
            sequential_p_value_adjusted: 0.02,
          },
        ],
        running,
      ),
      'good',
      `New is better than the control, decided before the planned end: ${measured} (always-valid 95% interval +0.10 to +4.00 points, p = 0.0200).`,
    ],
    [
      'a split that is not the planned one',
      dataOf([{ ...proportion, verdict: 'better' }], {
        experiment_health: [{ check_name: 'srm', passed: false, p_value: 1e-7 }],
      }),
      'bad',
      `Not to be believed before it is found out why users are not split as planned (p < 0.0001): new is better than the control: ${measured} (95% interval -2.06 to +3.33 points, p = 0.6463).`,
    ],
    [
      'several variants',
      dataOf([
        { ...proportion, verdict: 'better' },
        { ...proportion, variant: 'third', lift: null, message: 'no conversions', verdict: null },
      ]),
      'good',
      `New is better than the control: ${measured} (95% interval -2.06 to +3.33 points, p = 0.6463); no verdict on third: no conversions.`,
    ],
    [
      'nobody there',
      dataOf([], {
        experiment_health: [{ check_name: 'immature', statistic: 1200, passed: true }],
      }),
      'open',
      'No result yet: the outcome windows of 1,200 exposed users are still open.',
    ],
    ['nobody exposed', dataOf([]), 'open', 'No result yet: nobody was exposed to it so far.'],
  ]
  for (const [name, data, tone, text] of cases) {
    test(name, () => {
      expect(experimentDocument(data).verdict).toEqual({ tone, text })
    })
  }
})

describe('what holds for one look only', () => {
  const results = [proportion, { ...proportion, segment: 'device=phone', p_value_adjusted: 0.0321 }]
  const others = {
    experiment_cuped: [
      { metric: 'conversion', variant: 'new', adjusted_mean: 3, lift: 0.75, p_value: 0.0321 },
    ],
    experiment_regression: [{ model: 'effect', term: 'is_treatment', p_value: 0.0321 }],
  }
  const sectionsOf = (data: ExperimentData) =>
    toMarkdown(experimentDocument(data))
      .split('\n## ')
      .filter((section) => /^(?:For whom|The same with|Regressions)/.test(section))

  test('is left out while the test runs, with the reason', () => {
    const sections = sectionsOf(dataOf(results, { ...others, ...running }))
    expect(sections.length).toBe(3)
    for (const section of sections) {
      expect(section).toContain('come once the planned users are in the results')
      expect(section).not.toMatch(/0\.0321|0\.75|95%/)
    }
    expect(sections[0]).toContain('| Conversion | device=phone | 448 / 472 | 4.24% | 4.87% |')
  })

  test('is there when it is over', () => {
    for (const section of sectionsOf(dataOf(results, others))) {
      expect(section).not.toContain('come once')
      expect(section).toMatch(/0\.0321/)
      expect(section).toContain('95%')
    }
  })
})

describe('a report as a page', () => {
  const hostile = `<img src=x onerror="alert(1)">|*b*\n# [a](javascript:1) _c_ \`d\``
  const data = dataOf([
    { ...proportion, variant: hostile, message: hostile, verdict: 'better' },
    {
      ...proportion,
      variant: hostile,
      segment: `device=${hostile}`,
      interaction_p_value_adjusted: 0.5,
    },
  ])
  const document = experimentDocument({ ...data, id: hostile })

  test('nothing that a project or its data says becomes markup in HTML', () => {
    const html = toHtml(document, drawChart)
    const page = parseHTML(html).document
    expect(page.querySelectorAll('img, script, a, iframe, object').length).toBe(0)
    const names = [...page.querySelectorAll('*')].flatMap((element) => element.getAttributeNames())
    expect(names.filter((name) => name.startsWith('on'))).toEqual([])
    expect(page.querySelector('title')?.textContent).toBe(hostile)
    expect(html.split('&lt;img src=x onerror=').length).toBeGreaterThan(6)
    // It needs nothing but itself.
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|@import|<link/)
    expect(html.match(/<svg /g)?.length).toBe(2)
    expect(html.match(/<circle /g)?.length).toBe(2)
  })

  test('nor in Markdown, where a table keeps its columns', () => {
    const markdown = toMarkdown(document)
    expect(markdown).not.toMatch(/(?<!\\)<img|(?<!\\)\[a\]|(?<!\\)`d/)
    const rows = markdown.split('\n').filter((line) => line.startsWith('| Conversion'))
    expect(rows.length).toBe(2)
    const [head = ''] = markdown.split('\n').filter((line) => line.startsWith('| metric'))
    const columns = (line: string) => line.split(/(?<!\\)\|/).length
    expect(columns(rows[0] ?? '')).toBe(columns(head))
  })

  test('the same data gives the same text', () => {
    expect(toHtml(document, drawChart)).toBe(toHtml(document, drawChart))
  })
})
