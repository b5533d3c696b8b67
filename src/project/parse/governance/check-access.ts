/** Groups of the project, and who may read what: a private model is read by its own group only. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { Node, UniqueId } from '../../../core/node.ts'
import type { GroupProperties, PropertyFile } from '../../read/properties/property-file.ts'
import type { Draft } from '../drafts/draft.ts'
import { type NodeNames, referencedId } from '../manifest.ts'

/** By name; a name that is given twice, or a group without an owner, is a fault. */
export function groupsOf(
  files: readonly PropertyFile[],
  faults: Diagnostic[],
): ReadonlyMap<string, GroupProperties> {
  const groups = new Map<string, GroupProperties>()
  for (const group of files.flatMap((file) => file.groups)) {
    const first = groups.get(group.name)
    if (first === undefined) groups.set(group.name, group)
    else {
      faults.push(
        errorDiagnostic({
          code: 'duplicate-name',
          message: `expected one group named "${group.name}", found a second one`,
          span: group.span,
          related: [{ message: 'first defined here', span: first.span }],
        }),
      )
    }
    checkOwner(group, 'group', faults)
  }
  return groups
}

/** Someone must be found who answers. */
export function checkOwner(
  { name, owner, span }: Pick<GroupProperties, 'name' | 'owner' | 'span'>,
  kind: 'group' | 'exposure',
  faults: Diagnostic[],
): void {
  if (owner['name'] !== undefined || owner['email'] !== undefined) return
  faults.push(
    errorDiagnostic({
      code: 'missing-key',
      message: `expected "name" or "email" of the owner of ${kind} "${name}", found neither`,
      span,
    }),
  )
}

/** A group that a node names and the project does not have. */
export function checkGroups(
  drafts: readonly Draft[],
  groups: ReadonlyMap<string, GroupProperties>,
): readonly Diagnostic[] {
  return drafts.flatMap(({ node, config }) => {
    // A generic test has its group from the node it is attached to, of which this has been said.
    if (node.group === undefined || groups.has(node.group)) return []
    if (node.resourceType === 'test' && config['group'] === undefined) return []
    const nearest = nearestName(node.group, groups.keys())
    return [
      errorDiagnostic({
        code: 'unknown-group',
        message: `expected the name of a group, found "${node.group}" on "${node.name}"`,
        span: config['group']?.span ?? node.span,
        hint:
          nearest === undefined
            ? 'declare it under "groups:" of a properties file, with an owner'
            : `did you mean "${nearest}"?`,
      }),
    ]
  })
}

/** References to private models from outside their group, each place once. */
export function checkAccess(
  drafts: readonly Draft[],
  nodes: ReadonlyMap<UniqueId, Node>,
  names: NodeNames,
): readonly Diagnostic[] {
  return drafts.flatMap(({ node: reader, facts }) => {
    const seen = new Set<string>()
    return facts.references.flatMap((reference) => {
      const id = referencedId(names, reference, reader.packageName)
      const read = id === undefined ? undefined : nodes.get(id)
      if (read?.resourceType !== 'model' || read.access !== 'private') return []
      if (read.group === reader.group) return []
      const { path, line, column } = reference.span
      const place = `${path}:${line}:${column}`
      if (seen.has(place)) return []
      seen.add(place)
      return [privateRef(reader, read, reference.span)]
    })
  })
}

function privateRef(reader: Draft['node'], read: Node, span: Diagnostic['span']): Diagnostic {
  const owner = read.group === undefined ? 'no group' : `group "${read.group}"`
  const other = reader.group === undefined ? 'no group' : `group "${reader.group}"`
  return errorDiagnostic({
    code: 'private-ref',
    message: `expected a model that "${reader.name}" (${other}) may read, found "${read.name}", which is private to ${owner}`,
    span,
    hint:
      read.group === undefined
        ? `make it "access: protected" (${read.path})`
        : `make it "access: protected" (${read.path}), or put "${reader.name}" into the group`,
    related: [{ message: 'the private model', span: read.span }],
  })
}
