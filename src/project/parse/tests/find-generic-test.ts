/** The name of a test as YAML has it to the generic test that it means. */
import { nameHint, shippedNamespaces } from '../../template/name-hint.ts'
import type { MacroLibrary } from '../../template/template.ts'
import { equivalentTest } from './equivalent-tests.ts'

export interface FoundTest {
  readonly testName: string
  /** The package that YAML names before it; undefined: none. */
  readonly namespace: string | undefined
}

/** undefined: there is no such test. */
export function findGenericTest(library: MacroLibrary, written: string): FoundTest | undefined {
  const dot = written.indexOf('.')
  const namespace = dot < 0 ? undefined : written.slice(0, dot)
  if (library.tests.has(written)) return { testName: written, namespace }
  if (namespace === undefined || !shippedNamespaces.has(namespace)) return undefined
  const testName = written.slice(dot + 1)
  return library.tests.has(testName) ? { testName, namespace } : undefined
}

/** What to write in its place, for one that is not there. */
export function testHint(library: MacroLibrary, written: string): string {
  const names = [...library.tests.keys()]
  const known = { names, packages: library.views, equivalentOf: equivalentTest }
  return (
    nameHint(known, written) ?? `define it with {{#test "${written}" "model"}} in tests/generic/`
  )
}
