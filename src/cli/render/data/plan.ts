/** A plan to text or JSON: what would run, why, and the SQL. */
import type { PlannedNode, PlanValue } from '../../../app/use-cases.ts'
import type { Paint } from '../colours.ts'
import { plural } from '../counts.ts'
import { kindOf, nameOf, relationOf } from '../node-name.ts'
import { padEnd, textWidth } from '../text-width.ts'

/** Lines of text, a node at a time, with their line ends. */
export function* planText({ nodes }: PlanValue, paint: Paint): Generator<string> {
  const nameWidth = Math.max(0, ...nodes.map(({ node }) => textWidth(nameOf(node))))
  const numberWidth = String(nodes.length).length
  for (const [index, planned] of nodes.entries()) {
    const number = String(index + 1).padStart(numberWidth)
    const name = paint('bold', padEnd(nameOf(planned.node), nameWidth))
    const because = paint('dim', `(${planned.because})`)
    yield [
      `${number}  ${name}  ${padEnd(kindOf(planned.node), 11)}  ${planned.action}  ${because}`,
      ...detailLines('after', planned.after),
      ...detailLines('tests', planned.tests),
      ...statementLines(planned, paint),
      '',
      '',
    ].join('\n')
  }
  yield nodes.length === 0
    ? 'nothing to do\n'
    : `${plural(nodes.length, 'node')}: ${actions(nodes)}\n`
}

function detailLines(label: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`     ${label}: ${names.join(', ')}`]
}

function statementLines({ statements }: PlannedNode, paint: Paint): readonly string[] {
  const lines = statements.flatMap((statement) => ended(statement.trimEnd()).split('\n'))
  if (lines.length === 0) return []
  return ['', ...lines.map((line) => (line === '' ? '' : paint('dim', `     ${line}`)))]
}

/** A semicolon behind a comment would be part of it; nothing but comments needs none. */
function ended(statement: string): string {
  if (statement.endsWith(';')) return statement
  if (statement.split('\n').every((line) => line.startsWith('--'))) return statement
  const lastLine = statement.slice(statement.lastIndexOf('\n') + 1)
  return lastLine.includes('--') ? `${statement}\n;` : `${statement};`
}

/** `3 create table, 1 replace view`, in order of first mention. */
function actions(nodes: readonly PlannedNode[]): string {
  const counts = new Map<string, number>()
  for (const { action } of nodes) counts.set(action, (counts.get(action) ?? 0) + 1)
  return [...counts].map(([action, count]) => `${count} ${action}`).join(', ')
}

/** `{"nodes": [...]}`, a node a line. */
export function* planJson({ nodes }: PlanValue): Generator<string> {
  yield '{"nodes": ['
  for (const [index, { node, action, because, statements, tests, after }] of nodes.entries()) {
    const json = JSON.stringify({
      unique_id: node.uniqueId,
      name: node.name,
      resource_type: node.resourceType,
      relation: relationOf(node),
      path: node.path,
      action,
      because,
      after,
      tests,
      statements,
    })
    yield `${index === 0 ? '\n' : ',\n'}  ${json}`
  }
  yield nodes.length === 0 ? ']}\n' : '\n]}\n'
}
