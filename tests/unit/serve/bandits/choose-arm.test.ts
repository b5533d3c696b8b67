import { describe, expect, test } from 'vitest'
import {
  type ControlAction,
  controlOf,
  type DrawnExperiment,
} from '../../../../src/serve/bandits/control/control-state.ts'
import { chooseArm } from '../../../../src/serve/bandits/select/choose-arm.ts'
import { drawArm } from '../../../../src/serve/bandits/select/draw-arm.ts'
import type {
  PublishedArm,
  PublishedWeights,
} from '../../../../src/serve/bandits/select/published-weights.ts'

const prices: DrawnExperiment = {
  name: 'price',
  start: '2026-01-01',
  end: '2026-12-31 12:00',
  control: '10',
  variants: [
    { name: '10', share: 0.25, budget: null },
    { name: '15', share: 0.5, budget: null },
    { name: '20', share: 0.25, budget: 100 },
  ],
}
const now = new Date('2026-06-01T00:00:00Z')

function published(arms: readonly PublishedArm[], spent: Readonly<Record<string, number>> = {}) {
  return {
    arms: new Map([['price', arms]]),
    spent: new Map([['price', new Map(Object.entries(spent))]]),
  } satisfies PublishedWeights
}

function arm(priceId: string, weight: number, segment?: string): PublishedArm {
  return { priceId, weight, segment, snapshotId: 'snapshot' }
}

const usual = [arm('10', 0.2), arm('15', 0.5), arm('20', 0.3)]

function choose(
  more: {
    readonly experiment?: DrawnExperiment
    readonly actions?: readonly ControlAction[]
    readonly published?: PublishedWeights
    readonly segment?: string
    readonly now?: Date
  },
  random: number,
) {
  const experiment = more.experiment ?? prices
  return chooseArm(
    {
      experiment,
      control: controlOf(experiment, more.actions ?? []),
      published: more.published ?? published(usual),
      segment: more.segment,
      now: more.now ?? now,
    },
    random,
  )
}

let moment = 0
function action(
  verb: ControlAction['action'],
  priceId: string | null,
  budget: number | null = null,
): ControlAction {
  moment += 1
  const state = { pause: 'paused', resume: 'running', end: 'ended', budget: 'running' } as const
  return {
    actionId: String(moment),
    experimentId: 'price',
    priceId,
    action: verb,
    reason: 'test',
    actedBy: 'operator',
    actedAt: moment,
    before: { state: 'running', budget: null },
    after: { state: state[verb], budget },
  }
}

describe('an arm', () => {
  test('is drawn as often as its share says, over all numbers that can come', () => {
    const counts = new Map<string, number>()
    const steps = 10_000
    for (let step = 0; step < steps; step += 1) {
      const drawn = drawArm(usual, (step + 0.5) / steps)
      counts.set(drawn?.priceId ?? '', (counts.get(drawn?.priceId ?? '') ?? 0) + 1)
    }
    expect([...counts]).toEqual([
      ['10', 2000],
      ['15', 5000],
      ['20', 3000],
    ])
  })

  test('has the probability that is published, to the last digit, and one among those left over', () => {
    const third = 1 / 3
    expect(drawArm([arm('a', third), arm('b', third), arm('c', third)], 0.5)).toEqual({
      priceId: 'b',
      propensity: third,
    })
    expect(drawArm([arm('a', 0), arm('b', 0.3), arm('c', 0.1)], 0.9)).toEqual({
      priceId: 'c',
      propensity: 0.1 / 0.4,
    })
    expect(drawArm([arm('a', 0)], 0.5)).toBeUndefined()
    expect(drawArm([arm('a', 0.1), arm('b', 0.2)], 0.999_999_999_999_999_9)?.priceId).toBe('b')
  })

  test('comes from the published shares, all of which are told', () => {
    expect(choose({}, 0.19)).toEqual({
      kind: 'drawn',
      policy: 'posterior',
      priceId: '10',
      propensity: 0.2,
      weights: [
        { priceId: '10', weight: 0.2 },
        { priceId: '15', weight: 0.5 },
        { priceId: '20', weight: 0.3 },
      ],
      segment: null,
      snapshotId: 'snapshot',
    })
  })

  test('comes from the shares of its segment where there are any, else from those of all', () => {
    const arms = [...usual, arm('10', 0.9, 'device=mobile'), arm('20', 0.1, 'device=mobile')]
    expect(choose({ published: published(arms), segment: 'device=mobile' }, 0.5)).toMatchObject({
      priceId: '10',
      propensity: 0.9,
      segment: 'device=mobile',
    })
    expect(choose({ published: published(arms), segment: 'device=tv' }, 0.5)).toMatchObject({
      priceId: '15',
      propensity: 0.5,
      segment: null,
    })
  })

  test('comes from the planned shares while nothing is published', () => {
    expect(choose({ published: published([]) }, 0.5)).toMatchObject({
      policy: 'planned',
      priceId: '15',
      propensity: 0.5,
      snapshotId: null,
    })
    // An arm that left the declaration is not drawn, whatever is published.
    const left = published([arm('10', 0.4), arm('99', 0.6)])
    expect(choose({ published: left }, 0.99)).toMatchObject({ priceId: '10', propensity: 1 })
  })

  test('is the control while nothing may be drawn, with the reason', () => {
    const isDefault = (reason: string) => ({ kind: 'default', priceId: '10', reason })
    const paused = [action('pause', null)]
    expect(choose({ actions: paused }, 0.5)).toEqual(isDefault('paused'))
    expect(choose({ actions: [...paused, action('resume', null)] }, 0.5)).toMatchObject({
      kind: 'drawn',
    })
    expect(choose({ actions: [action('end', null)] }, 0.5)).toEqual(isDefault('ended'))
    expect(choose({ now: new Date('2025-12-31T23:59:59Z') }, 0.5)).toEqual(isDefault('not_started'))
    expect(choose({ now: new Date('2026-12-31T12:00:00Z') }, 0.5)).toEqual(isDefault('ended'))
    const spent = published(usual, { 10: 60, 15: 40 })
    expect(choose({ actions: [action('budget', null, 100)], published: spent }, 0.5)).toEqual(
      isDefault('budget_used_up'),
    )
    expect(
      choose({ published: published(usual.map((each) => ({ ...each, weight: 0 }))) }, 0.5),
    ).toEqual(isDefault('no_arm_available'))
  })

  test('is none where nothing may be drawn and no control is declared, or it is paused itself', () => {
    const without = { ...prices, control: null }
    const actions = [action('pause', null)]
    expect(choose({ experiment: without, actions }, 0.5)).toEqual({
      kind: 'none',
      reason: 'paused',
    })
    expect(choose({ actions: [action('pause', '10'), ...actions] }, 0.5)).toEqual({
      kind: 'none',
      reason: 'paused',
    })
  })

  test('that is paused, ended or has used up its budget is not drawn, and the others share', () => {
    expect(choose({ actions: [action('pause', '15')] }, 0.5)).toMatchObject({
      priceId: '20',
      propensity: 0.3 / 0.5,
      weights: [
        { priceId: '10', weight: 0.2 / 0.5 },
        { priceId: '15', weight: 0 },
        { priceId: '20', weight: 0.3 / 0.5 },
      ],
    })
    const used = published(usual, { 20: 100 })
    expect(choose({ published: used }, 0.99)).toMatchObject({ priceId: '15' })
    // A budget that was set counts in place of the declared one; null is no limit.
    expect(
      choose({ published: used, actions: [action('budget', '20', null)] }, 0.99),
    ).toMatchObject({ priceId: '20' })
    expect(choose({ actions: [action('budget', '15', 0)] }, 0.5)).toMatchObject({ priceId: '20' })
  })

  test('an end is the end, also where another server has resumed at the same moment', () => {
    const actions = [action('end', null), action('resume', null)]
    expect(controlOf(prices, actions).whole.state).toBe('ended')
    expect(controlOf(prices, actions.toReversed()).whole.state).toBe('ended')
  })
})
