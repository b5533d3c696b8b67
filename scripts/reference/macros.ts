/** The doc comments of library/macros/*.sql to the page of the macros that every project has. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { code, pageHead, repository } from './markdown.ts'

/** Files with what may be called, in the order of the page. The others hold the parts of these. */
const files = [
  [
    'Statistics',
    [
      'proportion-tests',
      'mean-tests',
      'ratio-metric-test',
      'cuped',
      'adjusted-p-values',
      'interaction-test',
      'sequential-interval',
      'power',
      'logistic-regression',
      'beta-posterior',
      'gaussian-posterior',
      'bandit-weights',
      'off-policy-value',
      'normal-distribution',
      'distributions',
    ].map((name) => `statistics/${name}`),
  ],
  ['Tables, columns and rows', ['relations']],
  ['The same SQL on every database', ['portable-sql', 'cross-database', 'dates']],
  ['Numbers, texts and JSON', ['numbers', 'texts']],
  [
    'Generic tests',
    ['generic-tests', 'generic-tests-values', 'generic-tests-tables', 'generic-tests-anomalies'],
  ],
] as const

interface Definition {
  readonly name: string
  readonly signature: string
  readonly comment: string
}

export function macrosPage(): string {
  const sections = files.map(([title, names]) => {
    const definitions = names.flatMap((name) => definitionsOf(name))
    return `## ${title}\n\n${definitions.map(sectionOf).join('\n\n')}`
  })
  return `${pageHead('Macros and tests that every project has', 'the comments in library/macros/')}
They need no installation and give the same on DuckDB and Postgres. A macro or generic test of your project that has the
name of one of these replaces it, also inside the others. \`dbt_utils.star\` and \`dbt.dateadd\` are \`star\` and
\`dateadd\`; \`dbt.concat\` is \`sql_concat\`. With examples: [macros](../macros.md).

${sections.join('\n\n')}
`
}

/** Each with the comment right above it; without one it is a part of another. Variants count once. */
function definitionsOf(file: string): readonly Definition[] {
  const text = readFileSync(join(repository, 'library', 'macros', `${file}.sql`), 'utf8')
  const pattern =
    /\{\{!--(?<comment>(?:(?!--\}\})[\s\S])*)--\}\}\s*\{\{#(?<kind>macro|test) "(?<name>\w+)"(?<rest>[^}]*)\}\}/g
  return [...text.matchAll(pattern)]
    .map(({ groups }) => groups ?? {})
    .filter(({ name = '' }) => !helpersOfTheFile.has(name))
    .map(({ name = '', rest = '', comment = '', kind = '' }) => ({
      name,
      signature: signatureOf(kind, name, rest.replace(/ adapter="\w+"/, '')),
      comment: unindented(comment),
    }))
}

/** Commented for those who read the file, not for those who call. */
const helpersOfTheFile = new Set([
  'beta_tail_pieces',
  'node_among_prices',
  'check_plan',
  'contrast_variance',
  'count_message',
  'detectable_steps',
  'gaussian_comparison',
  'moments_message',
  'newton_step',
  'own_error',
  'plan_reaches',
  'plan_rows',
  'pooled_error',
  'prior_messages',
  'quoted_name',
  'square_of_error',
  'welch_columns',
  'welch_differences',
  'polynomial',
  'complementary_error_function',
  'read_timestamp',
  'cut_to_microseconds',
  'columns_among',
  'counted_from_zero',
  'time_span',
  'value_list',
  'row_counts',
  'judged_figures',
])

function signatureOf(kind: string, name: string, rest: string): string {
  const parameters = rest.trim().replaceAll(/(?<!=)"(\w+)"/g, '$1')
  if (kind === 'macro') return `{{${`${name} ${parameters}`.trim()}}}`
  const others = parameters.split(' ').filter((word) => !['model', 'column_name'].includes(word))
  return `${name}${others.length === 0 ? '' : `: ${others.join(', ')}`}`
}

function unindented(comment: string): string {
  const text = comment.replaceAll(/^ {2}/gm, '').trim()
  // Indented lines are formulas: in Markdown these need a fence.
  return text.replaceAll(
    /(?:^ {2,}\S.*$\n?)+/gm,
    (lines) => `\`\`\`text\n${lines.trimEnd()}\n\`\`\`\n`,
  )
}

function sectionOf({ name, signature, comment }: Definition): string {
  return `### ${name}\n\n${shownSignature(signature)}\n\n${comment}`
}

const longestLine = 118

/** On several lines where one would be too long. */
function shownSignature(signature: string): string {
  if (signature.length < longestLine) return code(signature)
  const lines: string[] = []
  for (const word of signature.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || `${last} ${word}`.length > longestLine) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return `\`\`\`handlebars\n${lines.join('\n  ')}\n\`\`\``
}
