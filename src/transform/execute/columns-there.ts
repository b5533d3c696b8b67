/** Faults about a column that is not there, with the columns of what the node reads: asked for when one has failed, and only then. */
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, nearestName } from '../../core/diagnostic.ts'
import type { Node } from '../../core/node.ts'
import type { RunResult } from '../../core/run-result.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { inputNodes } from './publish/node-inputs.ts'

interface Asked {
  readonly adapter: Adapter
  readonly manifest: Manifest
  readonly signal: AbortSignal
}

interface Input {
  readonly name: string
  readonly columns: readonly string[]
}

export async function withColumnsThere(
  asked: Asked,
  node: Node,
  result: RunResult,
): Promise<RunResult> {
  if (!('diagnostics' in result)) return result
  return { ...result, diagnostics: await sayColumns(asked, node, result.diagnostics) }
}

/** Whoever calls holds no connection. */
export async function sayColumns(
  asked: Asked,
  node: Node,
  diagnostics: readonly Diagnostic[],
): Promise<readonly Diagnostic[]> {
  if (diagnostics.every(({ missingColumn }) => missingColumn === undefined)) return diagnostics
  const inputs = asked.signal.aborted ? [] : await columnsOfInputs(asked, node)
  return diagnostics.map(({ missingColumn, ...fault }) => {
    const hint = missingColumn === undefined ? undefined : hintOf(missingColumn, inputs)
    return hint === undefined ? fault : { ...fault, hint }
  })
}

async function columnsOfInputs(
  { adapter, manifest, signal }: Asked,
  node: Node,
): Promise<readonly Input[]> {
  const found: Input[] = []
  try {
    await adapter.readOnly({ signal }, async (session) => {
      for (const { name, relation } of inputNodes(manifest, node)) {
        const state = await session.describe(relation)
        if (state !== undefined)
          found.push({ name, columns: state.columns.map((each) => each.name) })
      }
    })
  } catch {
    // The fault itself is what counts: without the columns it is said with what the database gave.
  }
  return found
}

const most = { inputs: 3, columns: 15 } as const

/** undefined: nothing is known. */
function hintOf(missing: string, inputs: readonly Input[]): string | undefined {
  const nearest = nearestName(missing, new Set(inputs.flatMap(({ columns }) => columns)))
  if (nearest !== undefined) return `did you mean "${nearest}"?`
  if (inputs.length === 0 || inputs.length > most.inputs) return undefined
  return inputs.map(listOf).join('; ')
}

function listOf({ name, columns }: Input): string {
  const listed = columns.slice(0, most.columns).map((column) => `"${column}"`)
  const others = columns.length - listed.length
  return `"${name}" has ${listed.join(', ')}${others === 0 ? '' : ` and ${others} more`}`
}
