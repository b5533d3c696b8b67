/** What a compiled file says of its macros, as definitions that templates call; they run when the module is loaded. */
import type { MacroModule } from '../../core/authoring/define-macro.ts'
import type { SourceFile } from '../read/project.ts'
import { createSourceText } from '../template/syntax/source-text.ts'
import type { FunctionMacro, MacroOutcome } from '../template/template.ts'
import { type LoadedModules, threwText } from './load-module.ts'
import { takeRefusedExit } from './refuse-exits.ts'
import type { CompiledModule, MacroFacts } from './module.ts'

export function macroDefinitions(
  file: SourceFile,
  module: CompiledModule,
  { loaded, packageName }: { readonly loaded: LoadedModules; readonly packageName?: string },
): readonly FunctionMacro[] {
  const source = createSourceText(file.path, file.text)
  return module.facts.macros.map((facts) => ({
    ...parametersOf(facts),
    kind: 'macro',
    language: 'typescript',
    name: facts.name,
    adapter: facts.adapter,
    description: facts.description,
    source,
    takesBlock: false,
    gives: 'value',
    span: facts.span,
    isBuiltIn: false,
    code: module.code,
    isLoaded: () => loaded.has(module),
    run: (context, args) => run(loaded, module, { facts, context, args }),
    ...(packageName === undefined ? {} : { packageName }),
  }))
}

function parametersOf({ arguments: args }: MacroFacts) {
  const positional = args.filter((each) => each.default === undefined).map(({ name }) => name)
  const named = args.flatMap(({ name, default: value }) =>
    value === undefined ? [] : [{ name, default: value }],
  )
  return {
    positional,
    named,
    parameters: [...positional, ...named.map(({ name }) => name)],
    types: new Map(args.map(({ name, type }) => [name, type])),
    descriptions: new Map(args.map(({ name, description }) => [name, description])),
  }
}

function run(
  loaded: LoadedModules,
  module: CompiledModule,
  call: {
    readonly facts: MacroFacts
    readonly context: Parameters<FunctionMacro['run']>[0]
    readonly args: Parameters<FunctionMacro['run']>[1]
  },
): MacroOutcome {
  const { facts, context, args } = call
  const macro = loaded.exportOf(module, facts.exportName)
  if (!isMacro(macro)) {
    const message = `is not exported as "${facts.exportName}" once its file has run`
    return { kind: 'thrown', message, span: facts.span }
  }
  const thrown = (error: unknown): MacroOutcome => ({
    kind: 'thrown',
    message: threwText(error),
    span: loaded.placeOf(module, error) ?? facts.span,
  })
  takeRefusedExit()
  try {
    const value = macro.run(context, args)
    const refused = takeRefusedExit()
    return refused === undefined ? { kind: 'given', value } : thrown(refused)
  } catch (error) {
    return thrown(error)
  }
}

type AnyMacro = MacroModule<Readonly<Record<string, 'any'>>>

function isMacro(value: unknown): value is AnyMacro {
  return (
    typeof value === 'object' &&
    value !== null &&
    'assay' in value &&
    value.assay === 'macro' &&
    'run' in value &&
    typeof value.run === 'function'
  )
}
