/** `on-run-start` and `on-run-end` of a project to operations, checked. */
import type { Operation, OperationKind } from '../../../core/node/hook.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Project } from '../../read/project.ts'
import type { Reference } from '../../template/template.ts'
import { hooksOf } from './draft-hooks.ts'
import type { HookReader } from './hook-facts.ts'

/** What the hooks at the end of a run know beside what every template knows. */
const endNames = ['results', 'schemas', 'database_schemas'] as const
const names: Readonly<Record<OperationKind, readonly string[]>> = {
  'on-run-start': ['selected_resources'],
  'on-run-end': ['selected_resources', ...endNames],
}

export function draftOperations(
  { runHooks, name: packageName }: Project,
  reader: HookReader,
  resolve: (references: readonly Reference[]) => readonly UniqueId[],
): readonly Operation[] {
  const kinds: readonly OperationKind[] = ['on-run-start', 'on-run-end']
  return kinds.flatMap((kind) => {
    const entry = runHooks[kind]
    const hooks = entry === undefined ? [] : hooksOf(entry)
    return hooks.map((hook, index): Operation => {
      const facts = reader.factsOf(hook, { hasThis: false, names: names[kind] })
      const name = `${packageName}-${kind}-${index}`
      return {
        uniqueId: `operation.${packageName}.${name}`,
        name,
        packageName,
        kind,
        index,
        hook,
        dependsOn: resolve(facts?.references ?? []),
        macrosUsed: facts?.macrosUsed ?? [],
      }
    })
  })
}
