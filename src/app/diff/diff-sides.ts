/** The words A and B of `assay diff` to a loaded project each, and the schema to look in if one is named. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { BuiltNode } from '../../core/node.ts'
import type { Relation } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Target } from '../../core/target.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import type { Surroundings } from '../surroundings.ts'
import type { DiffOptions } from '../use-cases.ts'

export interface DiffSide {
  /** As it was typed. */
  readonly word: string
  readonly loaded: LoadedProject
  readonly target: Target
  /** undefined: each relation where the target would build it. */
  readonly schema: string | undefined
}

export interface DiffSides {
  readonly a: DiffSide
  readonly b: DiffSide
}

/** `target`, `target:schema`, or a schema of the target that the command would use. */
export async function resolveSides(
  options: DiffOptions,
  surroundings: Surroundings,
): Promise<Result<DiffSides>> {
  const load = loaderOf(options, surroundings)
  const a = await resolveSide(options.a, load)
  if (!a.ok) return a
  const b = await resolveSide(options.b, load)
  if (!b.ok) return b
  const isSame = a.value.target.name === b.value.target.name && a.value.schema === b.value.schema
  return isSame ? failure([sameTwice(a.value)]) : success({ a: a.value, b: b.value })
}

type Load = (target: string | undefined) => Promise<Result<LoadedProject>>

/** The project is read for one target at a time; only the first reading says its warnings. */
function loaderOf(options: DiffOptions, surroundings: Surroundings): Load {
  const loaded = new Map<string | undefined, Result<LoadedProject>>()
  return async (name) => {
    const known = loaded.get(name)
    if (known !== undefined) return known
    const isFirst = [...loaded.values()].every((result) => !result.ok)
    const emit = isFirst ? surroundings.emit : () => {}
    const target = name === undefined ? {} : { target: name }
    const result = await loadProject({ ...options, ...target }, { ...surroundings, emit })
    loaded.set(name, result)
    return result
  }
}

async function resolveSide(word: string, load: Load): Promise<Result<DiffSide>> {
  const [name = '', ...rest] = word.split(':')
  const schema = rest.length === 0 ? undefined : rest.join(':')
  if (name === '' || schema === '') return failure([malformed(word)])
  const asTarget = await load(name)
  if (asTarget.ok) return success(sideOf(word, asTarget.value, schema))
  const isUnknown = asTarget.diagnostics.some(({ code }) => code === 'unknown-target')
  if (!isUnknown) return asTarget
  if (schema !== undefined) return failure(asTarget.diagnostics.map(withoutFlag))
  const asSchema = await load(undefined)
  if (!asSchema.ok) return asSchema
  const { targetNames } = asSchema.value.manifest.project
  return targetNames.includes(name)
    ? failure(asTarget.diagnostics.map(withoutFlag))
    : success(sideOf(word, asSchema.value, name))
}

/** The name came from A or B, not from the flag. */
function withoutFlag(diagnostic: Diagnostic): Diagnostic {
  const message = diagnostic.message.replace(' from --target or ASSAY_TARGET', '')
  return { ...diagnostic, message }
}

function sideOf(word: string, loaded: LoadedProject, schema: string | undefined): DiffSide {
  return { word, loaded, target: loaded.manifest.project.target, schema }
}

export type TableNode = BuiltNode

/** Where a node's rows are on this side; undefined: the project has no such node for this target. */
export function relationOn(side: DiffSide, node: TableNode): Relation | undefined {
  const own = side.loaded.manifest.nodes.get(node.uniqueId)
  if (own === undefined || !('relation' in own)) return undefined
  return side.schema === undefined ? own.relation : { ...own.relation, schema: side.schema }
}

/** True when one connection can read both. */
export function isSameDatabase(left: Target, right: Target): boolean {
  if (left.type === 'duckdb') return right.type === 'duckdb' && left.path === right.path
  return (
    right.type === 'postgres' &&
    left.host === right.host &&
    left.port === right.port &&
    left.database === right.database &&
    left.user === right.user &&
    left.role === right.role
  )
}

function malformed(word: string): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected a target, target:schema or a schema, found "${word}"`,
    hint: 'for example: assay diff dev postgres, or assay diff dev:silver dev:me_silver',
  })
}

function sameTwice({ word, target }: DiffSide): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected two different sides, found "${word}" twice`,
    hint: `name another target, or a schema: assay diff ${target.name} ${target.name}:other_schema`,
  })
}
