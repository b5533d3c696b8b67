/** Puts the macros and generic tests of all files together: a project's own replace those that are built in. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { isHelper, rootNames } from './helpers/signatures.ts'
import type { MacroDefinition, MacroLibrary } from './template.ts'

export function buildLibrary(definitions: readonly MacroDefinition[]): Result<MacroLibrary> {
  const macros = definitions.filter(({ kind }) => kind === 'macro')
  const tests = definitions.filter(({ kind }) => kind === 'test')
  const diagnostics = [...macros.flatMap(reservedName), ...duplicates(macros), ...duplicates(tests)]
  if (diagnostics.length > 0) return failure(diagnostics)
  return success({ macros: variantsByName(macros), tests: variantsByName(tests) })
}

function reservedName(definition: MacroDefinition): readonly Diagnostic[] {
  const { name, span } = definition
  const isRootName = rootNames.some((rootName) => rootName === name)
  if (!isHelper(name) && !isRootName) return []
  return [
    errorDiagnostic({
      code: 'reserved-name',
      message: `expected a name of its own for a macro, found ${isRootName ? 'the value' : 'the helper'} "${name}"`,
      span,
      hint: 'choose another name',
    }),
  ]
}

function duplicates(definitions: readonly MacroDefinition[]): readonly Diagnostic[] {
  const first = new Map<string, MacroDefinition>()
  const diagnostics: Diagnostic[] = []
  for (const definition of definitions) {
    const { kind, name, adapter, isBuiltIn, packageName, span } = definition
    const key = JSON.stringify([name, adapter ?? null, isBuiltIn, packageName ?? null])
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, definition)
      continue
    }
    const variant = adapter === undefined ? '' : ` for ${adapter}`
    diagnostics.push(
      errorDiagnostic({
        code: 'duplicate-name',
        message: `expected one ${kind} "${name}"${variant}, found two`,
        span,
        related: [{ message: 'the other one is here', span: earlier.span }],
      }),
    )
  }
  return diagnostics
}

function variantsByName(
  definitions: readonly MacroDefinition[],
): ReadonlyMap<string, readonly MacroDefinition[]> {
  const byName = new Map<string, readonly MacroDefinition[]>()
  for (const definition of definitions) {
    byName.set(definition.name, [...(byName.get(definition.name) ?? []), definition])
  }
  for (const [name, variants] of byName) byName.set(name, withoutReplaced(variants))
  return byName
}

/** A project's variant replaces the built-in one for its adapter; one for all adapters replaces them all. */
function withoutReplaced(variants: readonly MacroDefinition[]): readonly MacroDefinition[] {
  const own = variants.filter(({ isBuiltIn }) => !isBuiltIn)
  if (own.some(({ adapter }) => adapter === undefined)) return own
  const replaced = new Set(own.map(({ adapter }) => adapter))
  return [
    ...own,
    ...variants.filter(({ isBuiltIn, adapter }) => isBuiltIn && !replaced.has(adapter)),
  ]
}
