/** What the compiler says, as diagnostics with the place in the project's file. */
import type { Message } from 'esbuild'
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'

export function explainErrors(errors: readonly Message[]): readonly Diagnostic[] {
  return errors.map((error) =>
    errorDiagnostic({
      code: isUnresolved(error) ? 'unresolved-import' : 'typescript-syntax',
      message: worded(error),
      span: spanOf(error),
      hint: hintFor(error),
    }),
  )
}

function isUnresolved({ text }: Message): boolean {
  return /^(?:Could not resolve|No matching export)/.test(text)
}

function worded({ text }: Message): string {
  const unresolved = /^Could not resolve "(.*)"/.exec(text)?.[1]
  if (unresolved !== undefined) {
    return /^\.{0,2}\//.test(unresolved)
      ? `expected a file to import, found nothing at "${unresolved}"`
      : `expected an installed package, found none called "${unresolved}"`
  }
  const missing = /^No matching export in "(.*)" for import "(.*)"/.exec(text)
  if (missing !== null) return `expected an export "${missing[2]}" of "${missing[1]}", found none`
  const other = /^Expected (.*) but found (.*)$/.exec(text)
  if (other !== null) return `expected ${other[1]}, found ${other[2]}`
  const unexpected = /^Unexpected (.*)$/.exec(text)
  if (unexpected !== null) return `expected TypeScript, found ${unexpected[1]}`
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
}

function hintFor(error: Message): string | undefined {
  const name = /^Could not resolve "([^./][^"]*)"/.exec(error.text)?.[1]
  if (name === undefined) return undefined
  const [first = '', second = ''] = name.split('/')
  return `run "npm install ${first.startsWith('@') ? `${first}/${second}` : first}"`
}

/** The compiler counts bytes. */
function spanOf({ location }: Message): SourceSpan | undefined {
  if (location === null) return undefined
  const line = Buffer.from(location.lineText)
  const before = line.subarray(0, location.column).toString()
  const marked = line.subarray(location.column, location.column + location.length).toString()
  return {
    path: location.file.replaceAll('\\', '/'),
    line: location.line,
    column: before.length + 1,
    length: Math.max(1, marked.length),
  }
}
