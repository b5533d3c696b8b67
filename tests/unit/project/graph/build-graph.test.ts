import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UniqueId } from '../../../../src/core/node.ts'
import { buildGraph } from '../../../../src/project/graph/build-graph.ts'
import { anyNodes, manifestWith, model } from '../node-builder.ts'
import { graphOf, lineOf, manifestOf } from '../parsed-project.ts'

function faultsOf(edges: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const nodes = Object.entries(edges).map(([name, parents]) =>
    model(
      name,
      parents.map((parent) => `model.shop.${parent}` as const),
    ),
  )
  const graph = buildGraph(manifestWith(nodes))
  return graph.ok ? [] : graph.diagnostics.map(lineOf)
}

describe('buildGraph', () => {
  test('of a project: order, parents and children, and all above and below', () => {
    const graph = graphOf(
      manifestOf({
        'models/z.sql': 'select 1',
        'models/a.sql': 'select * from {{ref "z"}}',
        'models/b.sql': 'select * from {{ref "z"}}',
        'models/c.sql': 'select * from {{ref "b"}} join {{ref "a"}}',
      }),
    )
    const c = 'model.shop.c'
    expect(graph.order).toEqual(['model.shop.z', 'model.shop.a', 'model.shop.b', c])
    expect(graph.parents(c)).toEqual(['model.shop.b', 'model.shop.a'])
    expect(graph.children('model.shop.z')).toEqual(['model.shop.a', 'model.shop.b'])
    expect([...graph.ancestors(c)].sort()).toEqual(['model.shop.a', 'model.shop.b', 'model.shop.z'])
    expect([...graph.ancestors(c, 1)].sort()).toEqual(['model.shop.a', 'model.shop.b'])
    expect([...graph.descendants('model.shop.z')].sort()).toEqual([
      'model.shop.a',
      'model.shop.b',
      c,
    ])
    expect([...graph.descendants(c)]).toEqual([])
    expect([...graph.ancestors(c, 0)]).toEqual([])
  })

  test('the order is topological, and does not depend on the order of the nodes', () => {
    fc.assert(
      fc.property(anyNodes, fc.nat(), (nodes, turn) => {
        const { order } = graphOf(manifestWith(nodes))
        expect(order.toSorted()).toEqual(nodes.map((node) => node.uniqueId).toSorted())
        for (const node of nodes) {
          for (const parent of node.dependsOn) {
            expect(order.indexOf(parent)).toBeLessThan(order.indexOf(node.uniqueId))
          }
        }
        const at = turn % nodes.length
        const turned = [...nodes.slice(at), ...nodes.slice(0, at)]
        const manifest = manifestWith([])
        const shuffled = {
          ...manifest,
          nodes: new Map(turned.map((node) => [node.uniqueId, node])),
        }
        expect(graphOf(shuffled).order).toEqual(order)
      }),
    )
  })

  test('ancestors to any depth are what following parents finds, descendants the other way', () => {
    fc.assert(
      fc.property(anyNodes, fc.integer({ min: 1, max: 4 }), (nodes, depth) => {
        const graph = graphOf(manifestWith(nodes))
        for (const { uniqueId } of nodes) {
          let level: readonly UniqueId[] = [uniqueId]
          const expected = new Set<UniqueId>()
          for (let step = 0; step < depth; step += 1) {
            level = level.flatMap((id) => graph.parents(id))
            for (const id of level) expected.add(id)
          }
          expect([...graph.ancestors(uniqueId, depth)].toSorted()).toEqual([...expected].toSorted())
          for (const other of nodes) {
            const isAbove = graph.ancestors(uniqueId).has(other.uniqueId)
            expect(graph.descendants(other.uniqueId).has(uniqueId)).toBe(isAbove)
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  test('a chain of ten thousand models is no trouble', () => {
    const nodes = Array.from({ length: 10_000 }, (_, index) =>
      model(`m${index}`, index === 0 ? [] : [`model.shop.m${index - 1}`]),
    )
    const graph = graphOf(manifestWith(nodes))
    expect(graph.order.at(-1)).toBe('model.shop.m9999')
    expect(graph.ancestors('model.shop.m9999').size).toBe(9999)
  })
})

describe('a cycle', () => {
  test('is shown whole, from its first name on', () => {
    expect(faultsOf({ a: ['b'], b: ['c'], c: ['a'], d: ['a'], e: [] })).toEqual([
      'models/a.sql:1:1 dependency-cycle: expected no node to depend on itself, found a -> b -> c -> a = each reads the next; break the circle by moving what they share into a model of its own (models/b.sql:1:1 "b" is part of it) (models/c.sql:1:1 "c" is part of it)',
    ])
  })

  test('of one', () => {
    expect(faultsOf({ a: ['a'] })).toMatchInlineSnapshot(`
      [
        "models/a.sql:1:1 dependency-cycle: expected no node to depend on itself, found a -> a = each reads the next; break the circle by moving what they share into a model of its own",
      ]
    `)
  })

  test('what only hangs on a cycle is not part of it', () => {
    expect(faultsOf({ a: ['z'], y: ['z'], z: ['y'] })).toEqual([
      'models/y.sql:1:1 dependency-cycle: expected no node to depend on itself, found y -> z -> y = each reads the next; break the circle by moving what they share into a model of its own (models/z.sql:1:1 "z" is part of it)',
    ])
  })

  test('is found whenever there is one, and each reads the next', () => {
    const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 })
    fc.assert(
      fc.property(edges, (pairs) => {
        const parents = (index: number) =>
          [...new Set(pairs.filter(([from]) => from === index).map(([, to]) => to))].map(
            (to) => `model.shop.m${to}` as const,
          )
        const nodes = Array.from({ length: 6 }, (_, index) => model(`m${index}`, parents(index)))
        const graph = buildGraph(manifestWith(nodes))
        const byName = new Map(nodes.map((node) => [node.name, node]))
        if (graph.ok) return
        const shown = /found (.*)/.exec(graph.diagnostics[0]?.message ?? '')?.[1]?.split(' -> ')
        expect(shown?.length).toBeGreaterThan(1)
        expect(shown?.[0]).toBe(shown?.at(-1))
        for (const [index, name] of (shown ?? []).slice(0, -1).entries()) {
          expect(byName.get(name)?.dependsOn).toContain(`model.shop.${shown?.[index + 1]}`)
        }
      }),
    )
  })
})
