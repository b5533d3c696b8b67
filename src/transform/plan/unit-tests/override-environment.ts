/** What templates may ask for, as a unit test overrides it: vars, environment variables, and macros that give a constant. */
import type { UnitTestOverrides } from '../../../core/node/unit-test.ts'
import { scalarText } from '../../../project/parse/resolve-config.ts'
import type {
  MacroDefinition,
  MacroLibrary,
  TemplateEnvironment,
} from '../../../project/template/template.ts'

export function overrideEnvironment(
  environment: TemplateEnvironment,
  { macros, vars, envVars }: UnitTestOverrides,
): TemplateEnvironment {
  return {
    ...environment,
    vars: { ...environment.vars, ...vars },
    env: { ...environment.env, ...envVars },
    library: overrideLibrary(environment.library, macros),
  }
}

/** Wherever one of the replaced macros is called, inside other macros and packages too. */
function overrideLibrary(library: MacroLibrary, macros: UnitTestOverrides['macros']): MacroLibrary {
  const replaced = new Map(
    Object.entries(macros).flatMap(([name, constant]) =>
      (library.macros.get(name) ?? []).map(
        (variant) => [variant, giving(variant, constant)] as const,
      ),
    ),
  )
  if (replaced.size === 0) return library
  const views = new Map<string, MacroLibrary>()
  const withReplaced = (view: MacroLibrary): MacroLibrary => ({
    ...view,
    macros: new Map(
      [...view.macros].map(
        ([name, variants]) =>
          [name, variants.map((variant) => replaced.get(variant) ?? variant)] as const,
      ),
    ),
    ...(library.views === undefined ? {} : { views }),
  })
  for (const [name, view] of library.views ?? []) views.set(name, withReplaced(view))
  return withReplaced(library)
}

/** It is called as before, whatever it is called with. */
function giving(definition: MacroDefinition, constant: string | number | boolean): MacroDefinition {
  if (definition.language === 'typescript') return { ...definition, constant }
  const range = definition.body[0]?.range ?? { start: 0, end: 0 }
  return { ...definition, constant, body: [{ kind: 'text', text: scalarText(constant), range }] }
}
