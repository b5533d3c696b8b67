/** What templates may ask for, as a unit test overrides it: vars, environment variables, and macros that print a text. */
import type { UnitTestOverrides } from '../../../core/unit-test.ts'
import type { MacroDefinition, TemplateEnvironment } from '../../../project/template/template.ts'

export function overrideEnvironment(
  environment: TemplateEnvironment,
  { macros, vars, envVars }: UnitTestOverrides,
): TemplateEnvironment {
  const { library } = environment
  const replaced = Object.entries(macros).map(([name, text]) => {
    const variants = library.macros.get(name) ?? []
    return [name, variants.map((variant) => printing(variant, text))] as const
  })
  return {
    ...environment,
    vars: { ...environment.vars, ...vars },
    env: { ...environment.env, ...envVars },
    library: { ...library, macros: new Map([...library.macros, ...replaced]) },
  }
}

/** It is called as before, whatever it is called with. */
function printing(definition: MacroDefinition, text: string): MacroDefinition {
  const range = definition.body[0]?.range ?? { start: 0, end: 0 }
  return { ...definition, body: [{ kind: 'text', text, range }] }
}
