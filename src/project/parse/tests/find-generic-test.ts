/** The name of a test as YAML has it to the generic test that it means. */
import { nearestName } from '../../../core/diagnostic.ts'
import type { MacroLibrary } from '../../template/template.ts'

export interface FoundTest {
  readonly testName: string
  /** The package that YAML names before it; undefined: none. */
  readonly namespace: string | undefined
}

/** Their tests ship with the framework, so YAML that names them needs no package. */
const shippedNamespaces = new Set(['dbt', 'dbt_utils'])

/** undefined: there is no such test. */
export function findGenericTest(library: MacroLibrary, written: string): FoundTest | undefined {
  const dot = written.indexOf('.')
  const namespace = dot < 0 ? undefined : written.slice(0, dot)
  if (library.tests.has(written)) return { testName: written, namespace }
  if (namespace === undefined || !shippedNamespaces.has(namespace)) return undefined
  const testName = written.slice(dot + 1)
  return library.tests.has(testName) ? { testName, namespace } : undefined
}

export function nearestTest(library: MacroLibrary, written: string): string | undefined {
  return nearestName(written.slice(written.indexOf('.') + 1), library.tests.keys())
}
