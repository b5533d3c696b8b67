/** `macros:` in YAML to what is said of each macro, with warnings for what the macros themselves do not say. */
import {
  type Diagnostic,
  errorDiagnostic,
  nearestName,
  warningDiagnostic,
} from '../../../core/diagnostic.ts'
import type { ArgumentProperties, MacroProperties } from '../../read/properties/property-file.ts'
import type { MacroDefinition } from '../../template/template.ts'
import type { MacroPatch } from '../manifest.ts'
import type { Content } from '../packages/contents.ts'
import { macroKey, macroName } from './macro-name.ts'

export interface DescribedMacros {
  readonly patches: ReadonlyMap<string, MacroPatch>
  readonly warnings: readonly Diagnostic[]
}

/** Of one package: it describes its own macros only. A macro described twice is a fault. */
export function describeMacros(content: Content, faults: Diagnostic[]): DescribedMacros {
  const { project } = content
  if (project.properties.every(({ macros }) => macros.length === 0)) {
    return { patches: new Map(), warnings: [] }
  }
  const definitions = ownDefinitions(content)
  const patches = new Map<string, MacroPatch>()
  const warnings: Diagnostic[] = []
  for (const file of project.properties) {
    for (const properties of file.macros) {
      const meant = definitions.filter((definition) => isMeant(definition, properties.name))
      if (meant.length === 0) warnings.push(unknownMacro(properties, definitions))
      else warnings.push(...checkArguments(properties, meant))
      for (const definition of meant) {
        const key = macroKey(project.name, definition)
        const first = patches.get(key)
        if (first === undefined) patches.set(key, { properties, path: file.path })
        else faults.push(describedTwice(properties, first))
      }
    }
  }
  return { patches, warnings }
}

function ownDefinitions({ project, folder, environment }: Content): readonly MacroDefinition[] {
  const { macros, tests } = environment.library
  const packageName = folder === '' ? undefined : project.name
  const own = [...macros.values(), ...tests.values()]
    .flat()
    .filter((each) => !each.isBuiltIn && each.packageName === packageName)
  return [...new Set(own)]
}

/** All variants of a macro, or with `postgres__` before it one of them. */
function isMeant(definition: MacroDefinition, name: string): boolean {
  return name === macroName(definition) || name === macroName({ ...definition, adapter: undefined })
}

function describedTwice({ name, span }: MacroProperties, first: MacroPatch): Diagnostic {
  return errorDiagnostic({
    code: 'duplicate-name',
    message: `expected "${name}" to be described once, found a second entry`,
    span,
    related: [{ message: 'first described here', span: first.properties.span }],
  })
}

function unknownMacro(
  { name, span }: MacroProperties,
  definitions: readonly MacroDefinition[],
): Diagnostic {
  const known = new Set(definitions.map((each) => macroName({ ...each, adapter: undefined })))
  const nearest = nearestName(name, known)
  return warningDiagnostic({
    code: 'unknown-node',
    message: `expected the name of a macro, found "${name}"`,
    span,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  })
}

function checkArguments(
  { name, arguments: described }: MacroProperties,
  meant: readonly MacroDefinition[],
): readonly Diagnostic[] {
  const taken = new Set(meant.flatMap(({ parameters }) => parameters))
  const unknown = described.filter((argument) => !taken.has(argument.name))
  return [
    ...unknown.map((argument) => unknownArgument(name, argument, taken)),
    ...described.flatMap((argument) => checkType(argument)),
  ]
}

function unknownArgument(
  macro: string,
  { name, span }: ArgumentProperties,
  taken: ReadonlySet<string>,
): Diagnostic {
  const nearest = nearestName(name, taken)
  const names = [...taken].map((each) => `"${each}"`).join(', ')
  const all = names === '' ? 'it takes none' : `it takes ${names}`
  return warningDiagnostic({
    code: 'unknown-argument',
    message: `expected an argument of the macro "${macro}", found "${name}"`,
    span,
    hint: nearest === undefined ? all : `did you mean "${nearest}"?`,
  })
}

/** Those that dbt knows; `list[..]`, `dict[.., ..]` and `optional[..]` hold others. */
const plainType = /^(?:str|string|bool|boolean|int|integer|float|any|relation|column)$/
const innermost = /(?:list|optional)\[any\]|dict\[any,any\]/g

function checkType({ type }: ArgumentProperties): readonly Diagnostic[] {
  if (type === undefined || isType(type.text)) return []
  return [
    warningDiagnostic({
      code: 'unknown-argument',
      message: `expected a type of an argument, found "${type.text}"`,
      span: type.span,
      hint: 'one of string, boolean, integer, float, any, relation, column, list[..], dict[.., ..], optional[..]',
    }),
  ]
}

/** From the inside out: what is right becomes `any`. */
function isType(text: string): boolean {
  let rest = text.toLowerCase().replaceAll(/\s/g, '')
  rest = rest.replaceAll(/[a-z]+(?!\[|[a-z])/g, (word) => (plainType.test(word) ? 'any' : word))
  for (let before = ''; before !== rest; ) {
    before = rest
    rest = rest.replaceAll(innermost, 'any')
  }
  return rest === 'any'
}
