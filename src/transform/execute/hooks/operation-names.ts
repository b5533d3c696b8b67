/** What the hooks of a run are told: what was selected, what became of it, where it is. */
import type { Node } from '../../../core/node.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { nodeValue } from '../../plan/hooks/node-value.ts'
import type { TemplateValue } from '../../../project/template/template.ts'
import { nodesOfStep, type Plan } from '../../plan/plan.ts'

export function startNames(plan: Plan): ReadonlyMap<string, TemplateValue> {
  const selected = plan.steps.flatMap(nodesOfStep).map(({ uniqueId }) => uniqueId)
  return new Map([['selected_resources', selected]])
}

/** dbt's names and keys. */
export function endNames(
  manifest: Manifest,
  plan: Plan,
  results: readonly RunResult[],
): ReadonlyMap<string, TemplateValue> {
  const { target } = manifest.project
  const database = target.type === 'postgres' ? target.database : target.name
  const built = results.flatMap((result) => {
    const node = manifest.nodes.get(result.uniqueId)
    const isThere = result.status === 'success' || result.status === 'reused'
    return isThere && node !== undefined && 'relation' in node ? [node.relation] : []
  })
  const schemas = [...new Set(built.map(({ schema }) => schema))].toSorted()
  const nodes = results.flatMap((result): TemplateValue[] => {
    const node = manifest.nodes.get(result.uniqueId)
    return node === undefined ? [] : [resultValue(result, node)]
  })
  return new Map<string, TemplateValue>([
    ...startNames(plan),
    ['results', nodes],
    ['schemas', schemas],
    ['database_schemas', schemas.map((schema) => [database, schema])],
  ])
}

function resultValue(result: RunResult, node: Node): TemplateValue {
  return {
    unique_id: result.uniqueId,
    status: result.status === 'reused' ? 'no-op' : result.status,
    message: messageOf(result),
    failures: result.status === 'fail' || result.status === 'warn' ? result.failures : null,
    execution_time: result.elapsedMs / 1000,
    started_at: result.startedAt,
    rows_affected: result.status === 'success' ? (result.rows ?? null) : null,
    compiled_code: result.compiledCode ?? null,
    node: { ...nodeValue(node), depends_on: { nodes: node.dependsOn } },
  }
}

function messageOf(result: RunResult): string | null {
  switch (result.status) {
    case 'success':
    case 'warn':
    case 'fail':
      return result.message
    case 'error':
    case 'partial success':
      return result.diagnostics.map(({ message }) => message).join('\n')
    case 'skipped':
    case 'reused':
      return result.because
    case 'pass':
      return null
  }
}
