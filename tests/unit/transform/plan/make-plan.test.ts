import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Node, UniqueId } from '../../../../src/core/node.ts'
import { makePlan } from '../../../../src/transform/plan/make-plan.ts'
import {
  type BuildCommand,
  type Plan,
  type PlanStep,
  stepCount,
} from '../../../../src/transform/plan/plan.ts'
import { anyNodes, dataTest, manifestWith, model, source } from '../../project/node-builder.ts'
import { graphOf, manifestOf } from '../../project/parsed-project.ts'

function planOf(nodes: readonly Node[], selected: readonly UniqueId[], command: BuildCommand) {
  const manifest = manifestWith(nodes)
  const graph = graphOf(manifest)
  const wanted = new Set(selected)
  const ordered = new Set(graph.order.filter((id) => wanted.has(id)))
  return makePlan({ manifest, graph, selected: ordered, command, isFullRefresh: false })
}

/** `a [t1(needs) t2] <- needs | after` */
function linesOf(plan: Plan): readonly string[] {
  const short = (ids: readonly UniqueId[]) => ids.map((id) => id.split('.').at(-1)).join(',')
  return plan.steps.map((step) => {
    const tests =
      step.kind === 'publish'
        ? step.blockingTests.map(
            ({ node, needs }) => `${node.name}${needs.length === 0 ? '' : `(${short(needs)})`}`,
          )
        : []
    const after = step.after.length === 0 ? '' : ` | ${short(step.after)}`
    const needs = step.needs.length === 0 ? '' : ` <- ${short(step.needs)}`
    const deciding = tests.length === 0 ? '' : ` [${tests.join(' ')}]`
    return `${step.kind === 'test' ? 'test ' : ''}${step.node.name}${deciding}${needs}${after}`
  })
}

const ids = (nodes: readonly Node[]) => nodes.map((node) => node.uniqueId)

describe('makePlan', () => {
  test('tests decide about the last node they look at', () => {
    const nodes = [
      model('a'),
      model('b', ['model.shop.a']),
      dataTest('on_a', ['model.shop.a']),
      dataTest('on_both', ['model.shop.b', 'model.shop.a']),
      dataTest('warns', ['model.shop.b'], { severity: 'warn' }),
    ]
    expect(linesOf(planOf(nodes, ids(nodes), 'build'))).toEqual([
      'a [on_a]',
      'b [on_both(a)] <- a | a',
      'test warns <- b',
    ])
    expect(stepCount(planOf(nodes, ids(nodes), 'build'))).toBe(5)
  })

  test('run, seed and test take their own', () => {
    const manifest = manifestOf({
      'seeds/codes.csv': 'id\n1\n',
      'seeds/codes.yml': 'seeds: [{ name: codes, columns: [{ name: id, data_tests: [unique] }] }]',
      'models/a.sql': 'select * from {{ref "codes"}}',
      'models/blank.sql': '-- nothing\n{{!-- here --}}\n',
      'models/inlined.sql': '{{config materialized="ephemeral"}}select 1',
    })
    const graph = graphOf(manifest)
    const lines = (command: BuildCommand) =>
      linesOf(
        makePlan({
          manifest,
          graph,
          selected: new Set(graph.order),
          command,
          isFullRefresh: false,
        }),
      )
    expect({
      build: lines('build'),
      run: lines('run'),
      seed: lines('seed'),
      test: lines('test'),
    }).toEqual({
      build: ['codes [unique_codes_id]', 'a <- codes'],
      run: ['a'],
      seed: ['codes'],
      test: ['test unique_codes_id'],
    })
  })

  test('a test of sources holds back what reads all of them', () => {
    const nodes = [
      source('s0'),
      source('s1'),
      model('one', ['source.shop.s0']),
      model('both', ['source.shop.s0', 'source.shop.s1']),
      model('below', ['model.shop.both']),
      dataTest('of_two', ['source.shop.s0', 'source.shop.s1']),
      dataTest('warns', ['source.shop.s0'], { severity: 'warn' }),
    ]
    expect(linesOf(planOf(nodes, ids(nodes), 'build'))).toEqual([
      'test of_two',
      'test warns',
      'both <- of_two',
      'one',
      'below <- both,of_two',
    ])
  })

  test('what is not built in this run is looked through for order, not for who is tested', () => {
    const nodes = [
      model('a'),
      model('b', ['model.shop.a']),
      model('c', ['model.shop.b']),
      dataTest('on_b', ['model.shop.b']),
    ]
    expect(
      linesOf(planOf(nodes, ['model.shop.a', 'model.shop.c', 'test.shop.on_b'], 'build')),
    ).toEqual(['a', 'test on_b <- a', 'c <- a,on_b'])
  })

  test('through an ephemeral model the test decides about what that reads', () => {
    const nodes = [
      model('a'),
      model('e', ['model.shop.a'], { name: 'ephemeral' }),
      dataTest('on_e', ['model.shop.e']),
    ]
    expect(linesOf(planOf(nodes, ids(nodes), 'build'))).toEqual(['a [on_e]'])
  })

  test('nothing selected: nothing to do', () => {
    expect(planOf([model('a')], [], 'build')).toEqual({
      command: 'build',
      isFullRefresh: false,
      steps: [],
      exposures: [],
    })
  })

  const anySelection = fc
    .tuple(anyNodes, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }))
    .map(([nodes, flags]) => ({
      nodes,
      selected: ids(nodes).filter((_, index) => flags[index] !== false || index % 3 === 0),
    }))

  const isBuilt = (node: Node | undefined): boolean =>
    node?.resourceType === 'model' && node.materialization.name !== 'ephemeral'

  /** The reference: up every path until something that is built. */
  function above(
    nodes: readonly Node[],
    built: ReadonlySet<UniqueId>,
    id: UniqueId,
  ): Set<UniqueId> {
    const node = nodes.find((candidate) => candidate.uniqueId === id)
    const found = new Set<UniqueId>()
    for (const parent of node?.dependsOn ?? []) {
      if (built.has(parent)) found.add(parent)
      else for (const higher of above(nodes, built, parent)) found.add(higher)
    }
    return found
  }

  const holds = (
    check: (given: {
      readonly nodes: readonly Node[]
      readonly built: ReadonlySet<UniqueId>
      readonly selected: readonly UniqueId[]
      readonly steps: readonly PlanStep[]
    }) => void,
  ) =>
    fc.assert(
      fc.property(anySelection, ({ nodes, selected }) => {
        const built = new Set(
          selected.filter((id) => isBuilt(nodes.find((node) => node.uniqueId === id))),
        )
        check({ nodes, selected, built, steps: planOf(nodes, selected, 'build').steps })
      }),
      { numRuns: 300 },
    )

  test('every selected node and test is there exactly once', () => {
    holds(({ steps, built, selected }) => {
      const published = steps.filter((step) => step.kind === 'publish')
      expect(ids(published.map(({ node }) => node)).toSorted()).toEqual([...built].toSorted())
      const tests = steps.flatMap((step) =>
        step.kind !== 'publish' ? [step.node] : step.blockingTests.map(({ node }) => node),
      )
      expect(ids(tests).toSorted()).toEqual(
        selected.filter((id) => id.startsWith('test.')).toSorted(),
      )
    })
  })

  test('the steps could run one by one', () => {
    holds(({ steps }) => {
      const done = new Set<UniqueId>()
      for (const step of steps) {
        for (const id of [...step.needs, ...step.after]) expect([...done]).toContain(id)
        if (step.kind === 'publish') {
          for (const { needs } of step.blockingTests) {
            for (const id of needs) expect([...done]).toContain(id)
          }
        }
        done.add(step.node.uniqueId)
      }
    })
  })

  test('a node needs what is built above it, whatever lies between', () => {
    holds(({ steps, nodes, built }) => {
      for (const step of steps.filter(({ kind }) => kind === 'publish')) {
        const models = step.needs.filter((id) => id.startsWith('model.'))
        const expected = above(nodes, built, step.node.uniqueId)
        expect(models.toSorted()).toEqual([...expected].toSorted())
      }
    })
  })

  test('a test that decides belongs to the last of the nodes it looks at, and waits for the others', () => {
    holds(({ steps, nodes, built }) => {
      const order = steps.map((step) => step.node.uniqueId)
      const ephemeral = new Set(
        nodes.flatMap((node) =>
          node.resourceType === 'model' && node.materialization.name === 'ephemeral'
            ? [node.uniqueId]
            : [],
        ),
      )
      const lookedAt = (id: UniqueId): UniqueId[] => {
        const node = nodes.find((candidate) => candidate.uniqueId === id)
        return (node?.dependsOn ?? []).flatMap((parent) => {
          if (built.has(parent)) return [parent]
          return ephemeral.has(parent) ? lookedAt(parent) : []
        })
      }
      for (const step of steps) {
        if (step.kind === 'test') {
          // Only what decides about nobody stands alone.
          if (step.node.severity === 'error') expect(lookedAt(step.node.uniqueId)).toEqual([])
          continue
        }
        if (step.kind !== 'publish') continue
        for (const { node, needs } of step.blockingTests) {
          expect(node.severity).toBe('error')
          const seen = order.filter((id) => lookedAt(node.uniqueId).includes(id))
          expect(seen.at(-1)).toBe(step.node.uniqueId)
          expect(needs).toEqual(seen.slice(0, -1))
          for (const id of needs) expect(step.after).toContain(id)
        }
      }
    })
  })

  test('a test of what is not built holds back what reads all it looks at; a warning never does', () => {
    holds(({ steps, nodes }) => {
      const graph = graphOf(manifestWith(nodes))
      for (const { node } of steps.filter(({ kind }) => kind === 'test')) {
        if (node.resourceType !== 'test') continue
        const held = steps.filter((step) => step.needs.includes(node.uniqueId))
        const below = steps.filter(
          (step) =>
            step.kind === 'publish' &&
            node.dependsOn.length > 0 &&
            node.dependsOn.every((id) => graph.descendants(id).has(step.node.uniqueId)),
        )
        expect(held).toEqual(node.severity === 'error' ? below : [])
      }
    })
  })
})
