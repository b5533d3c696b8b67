/** A database's error to a diagnostic that points to the line of the template. */
import type { Adapter } from '../../core/adapter.ts'
import {
  adviceOf,
  type DatabaseFault,
  DependentError,
} from '../../core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../core/diagnostic.ts'
import { configSpan } from '../../core/node/config-places.ts'
import type { Node } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { StatementOrigin } from '../plan/publish-unit.ts'
import { sqlPath } from '../plan/sql/sql-path.ts'
import { inputNodes } from './publish/node-inputs.ts'
import { locate, type Place } from '../../project/template/segment-map.ts'

/** Thrown by a step so that the transaction rolls back; carries what to say. */
export class StepError extends Error {
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics[0]?.message ?? 'a step failed', options)
    this.name = 'StepError'
    this.diagnostics = diagnostics
  }
}

export interface FailedStatement {
  readonly node: Node
  readonly sql: string
  readonly origin: StatementOrigin | undefined
  /** For what is not there: which node it is. undefined: what the statement reads are no nodes. */
  readonly manifest: Manifest | undefined
}

export function databaseDiagnostic(
  adapter: Adapter,
  error: unknown,
  failed: FailedStatement,
): Diagnostic {
  if (error instanceof DependentError) {
    return errorDiagnostic({
      code: 'dependent-object',
      message: error.message,
      span: failed.node.span,
      hint: error.hint,
    })
  }
  const fault = adapter.explainError(error)
  const place = placeOf(failed, fault.offset) ?? placeByName(failed, fault)
  const span = spanOf(failed.node, place)
  const related = (place?.related ?? []).filter((other) => !isSamePlace(other.span, span))
  const says = place?.says
  const known = missingHint(failed, fault.missingRelation) ?? fault.hint
  // A text of a config is about the rows that the node gives, of a snapshot about those that it reads.
  const isOfInputs = says === undefined || failed.node.resourceType === 'snapshot'
  const isAsked = known === undefined && isOfInputs && fault.missingColumn !== undefined
  return errorDiagnostic({
    code: says === undefined ? 'database-error' : 'invalid-value',
    message: says === undefined ? fault.message : `${says}: ${fault.message}`,
    span,
    hint:
      known ?? adviceOf(fault) ?? (place === undefined ? statementHint(failed.node) : undefined),
    ...(isAsked ? { missingColumn: fault.missingColumn } : {}),
    ...(related.length === 0 ? {} : { related }),
  })
}

function spanOf(node: Node, place: Place | undefined): SourceSpan {
  if (place === undefined || isBuiltIn(place.span)) return node.span
  return place.config === undefined ? place.span : configSpan(node, place.config)
}

function isSamePlace(left: SourceSpan, right: SourceSpan): boolean {
  return left.path === right.path && left.line === right.line && left.column === right.column
}

/** What the node reads and is not there; undefined: it is none of its inputs. */
function missingHint(
  { manifest, node }: FailedStatement,
  missing: string | undefined,
): string | undefined {
  if (manifest === undefined || missing === undefined) return undefined
  const identifier = missing.slice(missing.lastIndexOf('.') + 1).toLowerCase()
  const input = inputNodes(manifest, node).find(
    ({ relation }) => relation.identifier.toLowerCase() === identifier,
  )
  if (input === undefined) return undefined
  if (input.resourceType === 'source') {
    return `"${relationKey(input.relation)}" is the source "${input.sourceName}.${input.name}": load it, or correct where its YAML says it lies`
  }
  // Of a seed its rows are enough: its tests may read what is not there either.
  const command = input.resourceType === 'seed' ? 'seed' : 'build'
  const build = `"${input.name}" is not built yet: assay ${command} --select ${input.name}`
  return readsBeside(manifest, node, input)
    ? `${build}; --indirect-selection buildable leaves out tests that read what is not selected`
    : build
}

/** Whether it is a test that was selected along with another node than the one that is missing. */
function readsBeside(manifest: Manifest, node: Node, missing: Node): boolean {
  if (node.resourceType !== 'test') return false
  return node.variant.kind === 'generic'
    ? node.variant.attachedTo !== missing.uniqueId
    : inputNodes(manifest, node).length > 1
}

function placeOf(failed: FailedStatement, offset: number | undefined) {
  const { origin } = failed
  if (origin === undefined || offset === undefined || offset < origin.start) return undefined
  const place = locate(origin.map, offset - origin.start)
  if (place === undefined) return undefined
  // The database names a point: the word that begins there is easier to see.
  const word = /^\w+/.exec(failed.sql.slice(offset))?.[0].length ?? 1
  return { ...place, span: { ...place.span, length: Math.max(place.span.length, word) } }
}

/** Where the database gave no position: the text of a config that names the column which is missing. */
function placeByName(
  { origin, sql }: FailedStatement,
  { offset, missingColumn }: DatabaseFault,
): Place | undefined {
  if (origin === undefined || offset !== undefined || missingColumn === undefined) return undefined
  const { map, start } = origin
  const found = map.find(({ says, start: from }, index) => {
    const text = sql.slice(start + from, start + (map[index + 1]?.start ?? sql.length))
    return says !== undefined && text.split(/\W+/).includes(missingColumn)
  })
  return found === undefined ? undefined : locate(map, found.start)
}

/** A macro of the framework: nobody can open it, so the place is where it is used. */
function isBuiltIn(span: SourceSpan): boolean {
  return span.path.startsWith('library/')
}

/** Where the database gave no position: the statement can be read and tried. */
function statementHint(node: Node): string {
  return `the database gave no position; the statement is in target/run/${sqlPath(node)}`
}
