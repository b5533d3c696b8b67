/** Macros of the project and of each package to what names mean in each of them. */
import type { AdapterName } from '../../../core/target.ts'
import type { DispatchRule } from '../../read/project.ts'
import { selectVariant } from '../../template/evaluate/calls/select-variant.ts'
import type { MacroDefinition, MacroLibrary } from '../../template/template.ts'

export interface ViewInput {
  /** Of the project and what ships with the framework. */
  readonly own: MacroLibrary
  /** Those of the project alone. */
  readonly projectDefinitions: readonly MacroDefinition[]
  readonly projectName: string
  readonly packages: readonly {
    readonly name: string
    readonly definitions: readonly MacroDefinition[]
  }[]
  readonly dispatch: readonly DispatchRule[]
  readonly adapter: AdapterName
}

type Variants = ReadonlyMap<string, readonly MacroDefinition[]>

/** Under these names `dispatch:` speaks of what ships with the framework. */
const builtInNamespaces = new Set(['assay', 'dbt'])

/** The project's own view, with those of its packages in it. */
export function buildViews(input: ViewInput): MacroLibrary {
  const { own, packages } = input
  if (packages.length === 0) return own
  const views = new Map<string, MacroLibrary>()
  const macros = viewsOf(input, 'macro', own.macros)
  const tests = viewsOf(input, 'test', own.tests)
  for (const name of ['', ...packages.map((each) => each.name)]) {
    const [known, knownTests] = [macros(name), tests(name)]
    views.set(name, { macros: known, tests: knownTests, views })
  }
  return { macros: macros(''), tests: tests(''), views }
}

/** '' is the project. */
function viewsOf(
  input: ViewInput,
  kind: MacroDefinition['kind'],
  ownNames: Variants,
): (packageName: string) => Variants {
  const byPackage = new Map(
    [{ name: input.projectName, definitions: input.projectDefinitions }, ...input.packages].map(
      ({ name, definitions }) => [name, byName(definitions, kind)] as const,
    ),
  )
  const qualified = new Map<string, readonly MacroDefinition[]>()
  for (const [packageName, known] of byPackage) {
    for (const name of known.keys()) {
      const found = dispatched(input, byPackage, { namespace: packageName, name })
      qualified.set(`${packageName}.${name}`, found ?? known.get(name) ?? [])
    }
  }
  const shared = withDispatchedBuiltIns(input, byPackage, ownNames)
  return (packageName) => {
    const view = new Map([...shared, ...qualified])
    for (const name of byPackage.get(packageName)?.keys() ?? []) {
      const found = qualified.get(`${packageName}.${name}`) ?? []
      view.set(name, withOthers(found, shared.get(name) ?? []))
    }
    return view
  }
}

function byName(definitions: readonly MacroDefinition[], kind: MacroDefinition['kind']): Variants {
  const found = new Map<string, readonly MacroDefinition[]>()
  for (const definition of definitions.filter((each) => each.kind === kind)) {
    found.set(definition.name, [...(found.get(definition.name) ?? []), definition])
  }
  return found
}

/** The first package of the search order that has it for this database; undefined: no rule, or none has. */
function dispatched(
  { dispatch, adapter }: ViewInput,
  byPackage: ReadonlyMap<string, Variants>,
  wanted: { readonly namespace: string; readonly name: string },
): readonly MacroDefinition[] | undefined {
  const rule = dispatch.find(({ namespace }) => namespace === wanted.namespace)
  return rule?.searchOrder
    .map((packageName) => byPackage.get(packageName)?.get(wanted.name) ?? [])
    .find((variants) => selectVariant(variants, adapter) !== undefined)
}

/** A package may stand before the framework where `dispatch:` says so; the project always does. */
function withDispatchedBuiltIns(
  input: ViewInput,
  byPackage: ReadonlyMap<string, Variants>,
  ownNames: Variants,
): Variants {
  const rule = input.dispatch.find(({ namespace }) => builtInNamespaces.has(namespace))
  if (rule === undefined) return ownNames
  const before = rule.searchOrder.slice(
    0,
    rule.searchOrder.findIndex((name) => builtInNamespaces.has(name)),
  )
  const replaced = [...ownNames].map(([name, variants]) => {
    if (!variants.some(({ isBuiltIn }) => isBuiltIn)) return [name, variants] as const
    const found = before
      .map((packageName) => byPackage.get(packageName)?.get(name) ?? [])
      .find((each) => selectVariant(each, input.adapter) !== undefined)
    return [name, found === undefined ? variants : withOthers(found, variants)] as const
  })
  return new Map(replaced)
}

/** Those of the adapters that the first have no variant for come from the others. */
function withOthers(
  first: readonly MacroDefinition[],
  others: readonly MacroDefinition[],
): readonly MacroDefinition[] {
  if (first.some(({ adapter }) => adapter === undefined)) return first
  const known = new Set(first.map(({ adapter }) => adapter))
  return [...first, ...others.filter(({ adapter }) => !known.has(adapter))]
}
