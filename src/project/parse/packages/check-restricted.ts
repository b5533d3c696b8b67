/** Models of a package that keeps them to itself (`restrict-access`): only public ones are read from outside. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Node, UniqueId } from '../../../core/node.ts'
import type { Package } from '../../read/project.ts'
import type { Draft } from '../drafts/draft.ts'
import { type NodeNames, referencedId } from '../manifest.ts'

export function checkRestricted(
  drafts: readonly Draft[],
  nodes: ReadonlyMap<UniqueId, Node>,
  { names, packages }: { readonly names: NodeNames; readonly packages: readonly Package[] },
): readonly Diagnostic[] {
  const restricted = new Set(packages.flatMap((each) => (each.isRestricted ? [each.name] : [])))
  if (restricted.size === 0) return []
  return drafts.flatMap(({ node: reader, facts }) =>
    facts.references.flatMap((reference) => {
      const id = referencedId(names, reference, reader.packageName)
      const read = id === undefined ? undefined : nodes.get(id)
      if (read?.resourceType !== 'model' || read.access === 'public') return []
      if (read.packageName === reader.packageName || !restricted.has(read.packageName)) return []
      return [
        errorDiagnostic({
          code: 'private-ref',
          message: `expected a public model of the package "${read.packageName}", found "${read.name}", which is ${read.access}`,
          span: reference.span,
          hint: 'the package says restrict-access: read one of its public models',
          related: [{ message: 'the model', span: read.span }],
        }),
      ]
    }),
  )
}
