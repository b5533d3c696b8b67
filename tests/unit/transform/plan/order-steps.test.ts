import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Node, UniqueId } from '../../../../src/core/node.ts'
import { orderSteps } from '../../../../src/transform/plan/order-steps.ts'
import { anyNodes, dataTest, manifestWith, model } from '../../project/node-builder.ts'
import { graphOf } from '../../project/parsed-project.ts'

function orderOf(nodes: readonly Node[]): readonly UniqueId[] {
  const graph = graphOf(manifestWith(nodes))
  const published = graph.order.flatMap((id) =>
    nodes.filter((node) => node.uniqueId === id && node.resourceType === 'model'),
  )
  const ids = new Set(published.map((node) => node.uniqueId))
  const upstream = (id: UniqueId) => new Set(graph.parents(id).filter((parent) => ids.has(parent)))
  const tests = nodes.flatMap((node) => (node.resourceType === 'test' ? [node] : []))
  return orderSteps({ graph, published, upstream, lookedAt: upstream, tests })
}

const names = (order: readonly UniqueId[]) => order.map((id) => id.split('.').at(-1)).join(' ')

function relationship(name: string, child: string, parent: string) {
  return dataTest(name, [`model.shop.${child}`, `model.shop.${parent}`], {
    attachedTo: `model.shop.${child}`,
  })
}

describe('orderSteps', () => {
  test('without tests: level by level, by name', () => {
    expect(names(orderOf([model('b'), model('a', ['model.shop.b']), model('c')]))).toBe('b c a')
  })

  test('the child of a relationships test comes after its parent, though nothing reads it', () => {
    const nodes = [model('a_child'), model('z_parent'), relationship('t', 'a_child', 'z_parent')]
    expect(names(orderOf(nodes))).toBe('z_parent a_child')
  })

  test('wishes that contradict each other are dropped, the first name goes ahead', () => {
    const nodes = [model('a'), model('b'), relationship('t', 'a', 'b'), relationship('u', 'b', 'a')]
    expect(names(orderOf(nodes))).toBe('a b')
  })

  test('what is read comes first, whatever a test wishes', () => {
    const nodes = [model('a'), model('b', ['model.shop.a']), relationship('t', 'a', 'b')]
    expect(names(orderOf(nodes))).toBe('a b')
  })

  test('always every node once, each after what it reads', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const order = orderOf(nodes)
        const models = nodes.filter((node) => node.resourceType === 'model')
        expect(order.toSorted()).toEqual(models.map((node) => node.uniqueId).toSorted())
        for (const node of models) {
          for (const parent of node.dependsOn.filter((id) => id.startsWith('model.'))) {
            expect(order.indexOf(parent)).toBeLessThan(order.indexOf(node.uniqueId))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a single test always gets its wish when the graph allows it', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const [first] = nodes.filter(
          (node) => node.resourceType === 'test' && node.variant.kind === 'generic',
        )
        if (first?.resourceType !== 'test' || first.variant.kind !== 'generic') return
        const { attachedTo } = first.variant
        const others = first.dependsOn.filter((id) => id !== attachedTo && id.startsWith('model.'))
        if (!attachedTo.startsWith('model.')) return
        const graph = graphOf(manifestWith(nodes))
        if (others.some((id) => graph.ancestors(id).has(attachedTo))) return
        const kept = nodes.filter((node) => node.resourceType !== 'test' || node === first)
        const order = orderOf(kept)
        for (const id of others) expect(order.indexOf(id)).toBeLessThan(order.indexOf(attachedTo))
      }),
      { numRuns: 300 },
    )
  })
})
