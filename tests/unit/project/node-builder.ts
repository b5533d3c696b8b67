/** Nodes made by hand and manifests of them, and random ones for properties. */
import { noHooks } from '../../../src/core/node/hook.ts'
import * as fc from 'fast-check'
import type {
  Materialization,
  ModelNode,
  Node,
  SourceNode,
  TestNode,
  UniqueId,
} from '../../../src/core/node.ts'
import { plainStorage } from '../../../src/core/node/storage.ts'
import type { Manifest } from '../../../src/project/parse/manifest.ts'
import { manifestOf } from './parsed-project.ts'

const base = {
  packageName: 'shop',
  description: '',
  tags: [],
  meta: {},
  config: {},
  checksum: '',
} as const

function placed(kind: Node['resourceType'], name: string, parents: readonly UniqueId[]) {
  return {
    ...base,
    uniqueId: `${kind}.shop.${name}` as const,
    name,
    fqn: ['shop', name],
    dependsOn: parents,
    path: `${kind}s/${name}.sql`,
    span: { path: `${kind}s/${name}.sql`, line: 1, column: 1, length: 1 },
  }
}

export function model(
  name: string,
  parents: readonly UniqueId[] = [],
  materialization: Materialization = { name: 'table' },
): ModelNode {
  return {
    ...placed('model', name, parents),
    resourceType: 'model',
    version: undefined,
    access: 'protected',
    deprecationDate: undefined,
    pointsTo: undefined,
    relation: { schema: 'main', identifier: name },
    materialization,
    arrival: undefined,
    cursorReads: [],
    quarantine: undefined,
    volatileColumns: [],
    tolerance: 1e-9,
    uniqueKey: [],
    swap: undefined,
    storage: plainStorage,
    isStable: true,
    hooks: noHooks,
    columns: [],
    code: { kind: 'file', path: `models/${name}.sql`, text: 'select 1 as id' },
  }
}

export function source(name: string): SourceNode {
  return {
    ...placed('source', name, []),
    resourceType: 'source',
    sourceName: 'raw',
    sourceDescription: '',
    sourceMeta: {},
    freshness: undefined,
    loadedAt: undefined,
    external: undefined,
    externalLocation: undefined,
    arrival: undefined,
    relation: { schema: 'raw', identifier: name },
    columns: [],
  }
}

/** A singular test; with `attachedTo` a generic one. */
export function dataTest(
  name: string,
  parents: readonly UniqueId[],
  more: { readonly severity?: TestNode['severity']; readonly attachedTo?: UniqueId } = {},
): TestNode {
  const { severity = 'error', attachedTo } = more
  return {
    ...placed('test', name, parents),
    resourceType: 'test',
    code: { kind: 'file', path: `tests/${name}.sql`, text: 'select 1 as id where false' },
    severity,
    warnIf: '!= 0',
    errorIf: '!= 0',
    failCalc: 'count(*)',
    storedFailures: {
      isStored: undefined,
      kind: 'table',
      relation: { schema: 'test_failures', identifier: 'failures' },
      rows: 100,
    },
    variant:
      attachedTo === undefined
        ? { kind: 'singular' }
        : { kind: 'generic', testName: 'unique', attachedTo, arguments: {} },
  }
}

const empty = manifestOf({})

/** As `parseProject` would give it: sorted by unique id. */
export function manifestWith(nodes: readonly Node[]): Manifest {
  const sorted = nodes.toSorted((a, b) => (a.uniqueId < b.uniqueId ? -1 : 1))
  return {
    ...empty,
    nodes: new Map(sorted.map((node) => [node.uniqueId, node])),
    refs: new Map(
      sorted.flatMap((node) =>
        node.resourceType === 'model' ? [[node.name, node.uniqueId] as const] : [],
      ),
    ),
  }
}

const kinds = ['table', 'view', 'ephemeral'] as const

/**
 * Models (some ephemeral), sources and tests of one to three nodes, in an order that is not that of their names; a node
 * reads only what comes before it.
 */
export const anyNodes: fc.Arbitrary<readonly Node[]> = fc
  .record({
    names: fc.shuffledSubarray('abcdefgh'.split(''), { minLength: 1 }),
    sources: fc.integer({ min: 0, max: 2 }),
    choices: fc.array(fc.nat(9999), { minLength: 64, maxLength: 64 }),
    tests: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ names, sources, choices, tests }) => {
    let used = 0
    const next = (below: number): number => {
      used += 1
      return (choices[used % choices.length] ?? 0) % below
    }
    const nodes: Node[] = Array.from({ length: sources }, (_, index) => source(`s${index}`))
    const some = (most: number) => {
      const ids = nodes.map((node) => node.uniqueId)
      const wanted = Math.min(ids.length, next(most + 1))
      const chosen = new Set<UniqueId>()
      for (let count = 0; count < wanted; count += 1) {
        const id = ids[next(ids.length)]
        if (id !== undefined) chosen.add(id)
      }
      return [...chosen]
    }
    for (const name of names) {
      nodes.push(model(name, some(3), { name: kinds[next(3)] ?? 'table' }))
    }
    const testNodes = Array.from({ length: tests }, (_, index) => {
      const parents = some(3)
      const attachedTo = parents[0]
      const severity = next(3) === 0 ? 'warn' : 'error'
      return dataTest(`t${index}`, parents, {
        severity,
        ...(attachedTo === undefined || next(2) === 0 ? {} : { attachedTo }),
      })
    })
    return [...nodes, ...testNodes]
  })
