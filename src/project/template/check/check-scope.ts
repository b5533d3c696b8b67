/** The names that are in scope at a place of a template, while it is checked. */
import { macrosNamed } from '../evaluate/calls/find-macro.ts'
import { rootNames, signatureOf } from '../helpers/signatures.ts'
import type { Range, SourceText } from '../syntax/source-text.ts'
import type { MacroLibrary } from '../template.ts'
import type { AdapterName } from '../../../core/target.ts'
import type { DiagnosticCode } from '../../../core/diagnostic-codes.ts'

export interface CheckFault {
  readonly code: DiagnosticCode
  readonly message: string
  readonly hint?: string | undefined
}

export interface Checker {
  readonly source: SourceText
  readonly library: MacroLibrary
  /** undefined: every variant of a macro will do. */
  readonly adapter: AdapterName | undefined
  /** Keys of `target`; undefined: not known. */
  readonly targetKeys: readonly string[] | undefined
  /** The template of a node that has a relation, so `this` means something. */
  readonly hasThis: boolean
  /** In YAML only helpers of this list mean something; undefined: all. */
  readonly helpers: ReadonlySet<string> | undefined
  /** Values that are known by name. */
  readonly rootNames: readonly string[]
  report(range: Range, fault: CheckFault): void
}

export interface CheckScope {
  /** Names of `let`, block and macro parameters. */
  readonly names: ReadonlySet<string>
  /** Inside `each` or `with`, where `this` is the element. */
  readonly hasElement: boolean
  /** Inside `each`, where `@index` and its like mean something. */
  readonly isInLoop: boolean
  /** Not inside any block or macro: `config` may stand here. */
  readonly isTop: boolean
  /** Inside a macro, where `{{> @partial-block}}` means something. */
  readonly isInMacro: boolean
  /** Inside a macro, not a test, where `return` and `yield` mean something. */
  readonly gives: boolean
}

export const loopNames: readonly string[] = ['index', 'key', 'first', 'last']

/** True for what is called with parentheses: helpers and macros. */
export function isCallable(checker: Checker, name: string): boolean {
  return isKnownHelper(checker, name) || macrosNamed(checker.library, name) !== undefined
}

export function isKnownHelper(checker: Checker, name: string): boolean {
  return signatureOf(name) !== undefined && checker.helpers?.has(name) !== false
}

/** Why a name cannot be given to a value; undefined when it can. */
export function reservedReason(library: MacroLibrary, name: string): string | undefined {
  if (signatureOf(name) !== undefined) return `the helper "${name}"`
  if (rootNames.some((rootName) => rootName === name)) return `the value "${name}"`
  return library.macros.has(name) ? `the macro "${name}"` : undefined
}
