/** `quarantine` of models and tests to where each model's rows at fault go; what cannot set rows aside is a fault. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../../core/diagnostic.ts'
import {
  keepsRows,
  type ModelNode,
  type Node,
  type TestNode,
  type UniqueId,
} from '../../../../core/node.ts'
import { quarantineOf, type Relation, relationKey } from '../../../../core/relation.ts'
import type { Draft } from '../../drafts/draft.ts'
import { booleanOf, type ConfigEntries } from '../../resolve-config.ts'
import { type NoRowTest, type RowTestContext, whyNoRowTest, whyNoTable } from './row-test.ts'

export interface ResolveInput extends RowTestContext {
  readonly drafts: readonly Draft[]
}

/** The nodes, with what their models set aside; a model comes to depend on what its tests read. */
export function resolveQuarantine(
  input: ResolveInput,
  faults: Diagnostic[],
): ReadonlyMap<UniqueId, Node> {
  const { drafts } = input
  const nodes = new Map(input.nodes)
  const configs = new Map(drafts.map(({ node, config }) => [node.uniqueId, config] as const))
  for (const { node, facts } of drafts) {
    const asked = node.resourceType === 'test' ? askFor(nodes, configs, node.uniqueId) : undefined
    if (asked === undefined) continue
    const { test, owner, isOwn, span } = asked
    const keepsItsRows = owner?.resourceType === 'model' && keepsRows(owner.materialization)
    const noRows = whyNoRowTest({ ...input, nodes }, { test, facts, keepsRows: keepsItsRows })
    // Of a model's own word only those tests are meant that can.
    if (noRows !== undefined && !isOwn) continue
    const noTable = owner === undefined ? undefined : whyNoTable(owner)
    if (noTable !== undefined) faults.push(noTableFault(noTable, span))
    if (noRows !== undefined) faults.push(noRowsFault(noRows, span, keepsItsRows))
    if (noTable !== undefined || noRows !== undefined) continue
    if (owner?.resourceType === 'model') nodes.set(owner.uniqueId, withTest(owner, test))
  }
  faults.push(...takenNames(nodes))
  return nodes
}

interface Asked {
  readonly test: TestNode
  /** What it is attached to; undefined: it is singular. */
  readonly owner: Node | undefined
  /** The test itself says so. */
  readonly isOwn: boolean
  readonly span: SourceSpan | undefined
}

/** undefined: its rows are to stop the build. */
function askFor(
  nodes: ReadonlyMap<UniqueId, Node>,
  configs: ReadonlyMap<UniqueId, ConfigEntries>,
  id: UniqueId,
): Asked | undefined {
  const test = nodes.get(id)
  if (test?.resourceType !== 'test') return undefined
  const attachedTo = test.variant.kind === 'generic' ? test.variant.attachedTo : undefined
  const owner = attachedTo === undefined ? undefined : nodes.get(attachedTo)
  const own = configs.get(id) ?? {}
  const said = booleanOf(own, 'quarantine')
  if (said !== undefined) {
    const span = own['quarantine']?.span
    return said ? { test, owner, isOwn: true, span } : undefined
  }
  const byOwner = attachedTo === undefined ? {} : (configs.get(attachedTo) ?? {})
  if (booleanOf(byOwner, 'quarantine') !== true) return undefined
  return { test, owner, isOwn: false, span: byOwner['quarantine']?.span }
}

function withTest(model: ModelNode, test: TestNode): ModelNode {
  const read = test.dependsOn.filter((id) => id !== model.uniqueId)
  const tests = [...(model.quarantine?.tests ?? []), test.uniqueId]
  return {
    ...model,
    dependsOn: [...new Set([...model.dependsOn, ...read])],
    quarantine: {
      relation: quarantineOf(model.relation),
      tests: tests.toSorted(),
      isRefused: false,
    },
  }
}

function noTableFault(found: string, span: SourceSpan | undefined): Diagnostic {
  return errorDiagnostic({
    code: 'no-quarantine',
    message: `expected a table or incremental model beside "quarantine", found ${found}`,
    span,
    hint: 'leave "quarantine" out here, and set rows aside in the first table that reads it',
  })
}

function noRowsFault(
  { kind, found }: NoRowTest,
  span: SourceSpan | undefined,
  keepsItsRows: boolean,
): Diagnostic {
  if (kind === 'config') {
    return errorDiagnostic({
      code: 'no-quarantine',
      message: `expected severity "error" and neither limit nor thresholds beside "quarantine", found ${found}`,
      span,
      hint: 'each row at fault is set aside, and the test warns of it by itself',
    })
  }
  const names = ['not_null', 'accepted_values', 'accepted_range', 'expression_is_true']
  const known = [...names, 'not_empty_string', ...(keepsItsRows ? [] : ['relationships'])]
  return errorDiagnostic({
    code: 'no-quarantine',
    message: `expected a test that is a condition on one row beside "quarantine", found ${found}`,
    span,
    hint: `those are ${known.join(', ')} and your own "select .. from {{model}} as tested where <condition>"; without "quarantine" the test stops the build`,
  })
}

/** The relation of a quarantine is one that no other node may build. */
function takenNames(nodes: ReadonlyMap<UniqueId, Node>): readonly Diagnostic[] {
  const models = [...nodes.values()].filter(
    (node): node is ModelNode => node.resourceType === 'model' && node.quarantine !== undefined,
  )
  if (models.length === 0) return []
  const owners = new Map(
    models.flatMap((node) =>
      node.quarantine === undefined ? [] : [[fold(node.quarantine.relation), node.name] as const],
    ),
  )
  return [...nodes.values()].flatMap((node) => {
    const owner = 'relation' in node ? owners.get(fold(node.relation)) : undefined
    if (owner === undefined || !('relation' in node)) return []
    return [
      errorDiagnostic({
        code: 'duplicate-relation',
        message: `expected one node to build "${relationKey(node.relation)}", found "${node.name}" and the quarantine of "${owner}"`,
        span: node.span,
        hint: 'give it another "alias" or "schema"',
      }),
    ]
  })
}

function fold(relation: Relation): string {
  return relationKey(relation).toLowerCase()
}
