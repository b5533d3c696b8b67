/** Reads off compiled code what it exports for the project, without running it. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { frameworkScheme } from '../compile/esbuild-options.ts'
import type { ModuleFacts, TypescriptFile } from '../module.ts'
import type { Places } from '../places.ts'
import type { FactsReader } from './facts-reader.ts'
import { readModel } from './read-model.ts'
import { readMacro } from './read-macro.ts'
import { frameworkCall, readSyntax, resolved } from './syntax.ts'

export async function readFacts(
  file: TypescriptFile,
  { text, places }: { readonly text: string; readonly places: Places },
): Promise<Result<ModuleFacts>> {
  const syntax = await readSyntax(text, { places, framework: frameworkScheme })
  const faults: Diagnostic[] = []
  const top = { path: file.path, line: 1, column: 1, length: 1 }
  const reader: FactsReader = { syntax, faults, top }
  const macros = [...syntax.exports].flatMap(([exportName, local]) => {
    const made = syntax.constants.get(local)
    const call = made === undefined ? undefined : frameworkCall(syntax, resolved(syntax, made))
    return call?.name === 'defineMacro' ? readMacro(reader, exportName, call.call) : []
  })
  const model = file.kind === 'model' ? readModel(reader) : undefined
  return faults.length > 0 ? failure(faults) : success({ macros, model })
}
