/** The made-up shop's messages: the same for a seed, in order of arrival, as many as asked for, whole under any dirt. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Arrival } from '../../../../src/app/generate/arrival.ts'
import { readPage, repository } from '../../../docs/pages.ts'
import { runAssay } from '../../../support/run-assay.ts'
import { traffic, type TrafficOptions } from '../../../../src/app/generate/traffic.ts'

const usual: TrafficOptions = {
  seed: 3,
  events: 3000,
  users: 150,
  products: 100,
  period: { from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 0, 11) },
  dirt: 0,
}

const clean = [...traffic(usual)]
const dirty = [...traffic({ ...usual, dirt: 0.3 })]

function count(arrivals: readonly Arrival[], of: (arrival: Arrival) => unknown) {
  const counts = new Map<unknown, number>()
  for (const arrival of arrivals) counts.set(of(arrival), (counts.get(of(arrival)) ?? 0) + 1)
  return counts
}

describe('traffic', () => {
  test('is the same for a seed and another for another', () => {
    expect([...traffic(usual)]).toEqual(clean)
    expect([...traffic({ ...usual, seed: 4 })].map(({ line }) => line)).not.toEqual(
      clean.map(({ line }) => line),
    )
  })

  test.each([1, 2, 7, 500])('gives exactly %i messages', (events) => {
    expect([...traffic({ ...usual, events })]).toHaveLength(events)
  })

  test('comes in order of arrival', () => {
    for (const arrivals of [clean, dirty]) {
      const times = arrivals.map(({ arrivedAt }) => arrivedAt)
      expect(times).toEqual(times.toSorted((left, right) => left - right))
    }
  })

  test('dirt comes on top: every message arrives whole all the same', () => {
    const good = dirty.filter(
      ({ dirt }) => dirt === undefined || ['late', 'out_of_order'].includes(dirt),
    )
    expect(good.map(({ line }) => line).toSorted()).toEqual(
      clean.map(({ line }) => line).toSorted(),
    )
    const kinds = count(dirty, ({ dirt }) => dirt)
    expect([...kinds.keys()].map(String).toSorted()).toEqual([
      'broken_items',
      'duplicate',
      'incomplete',
      'late',
      'malformed',
      'out_of_order',
      'skewed_clock',
      'undefined',
    ])
  })

  test('dirt is what it is called', () => {
    for (const { dirt, line, record } of dirty) {
      if (dirt === 'malformed') expect(() => JSON.parse(line)).toThrow(SyntaxError)
      else expect(JSON.parse(line)).toEqual(record)
      if (dirt === 'skewed_clock') expect(record?.event_timestamp).toMatch(/^2099-01-01T/)
      if (dirt === 'broken_items') expect(record?.items).not.toMatch(/\]$/)
      if (dirt === 'incomplete') {
        const isWithout = [
          record?.event_name,
          record?.event_timestamp,
          record?.user_id ?? record?.user_pseudo_id,
        ].some((value) => value === null)
        expect(isWithout, line).toBe(true)
      }
    }
    const lines = count(dirty, ({ line }) => line)
    for (const { dirt, line } of dirty) {
      if (dirt === 'duplicate') expect(lines.get(line)).toBe(2)
    }
  })

  test('holds what the models are about', () => {
    const records = clean.flatMap(({ record }) => (record === null ? [] : [record]))
    expect([...new Set(records.map(({ event_name }) => String(event_name)))].toSorted()).toEqual([
      'add_to_cart',
      'begin_checkout',
      'page_view',
      'purchase',
      'refund',
      'remove_from_cart',
      'select_item',
      'view_item',
      'view_item_list',
    ])
    expect(new Set(records.map(({ platform }) => platform))).toEqual(
      new Set(['web', 'ios', 'android']),
    )
    expect(new Set(records.map(({ experiment_id }) => experiment_id))).toEqual(
      new Set([null, 'checkout_button', 'price_test']),
    )
    expect(records.some(({ user_id }) => user_id === null)).toBe(true)
    expect(records.some(({ event_id }) => event_id === null)).toBe(true)
    const items = records.flatMap(({ items: text, platform }) =>
      typeof text === 'string' && platform !== 'ios' ? [text] : [],
    )
    for (const pattern of [
      /"campaign_codes":"FLASH/,
      /"coupon":"/,
      /"installments":12/,
      /O'Brien/,
    ]) {
      expect(
        items.some((text) => pattern.test(text)),
        String(pattern),
      ).toBe(true)
    }
    const python = records.find(
      ({ items: text, platform }) => platform === 'ios' && String(text).includes('Kid'),
    )
    expect(python?.items).toMatch(
      /^\[\{'item_id': 'P\d+'.*Kid\\'s 20" Bike.*'in_stock': (True|False)/,
    )
  })
})

test('the sample of the flagship is what its command writes today', async () => {
  const output = mkdtempSync(join(tmpdir(), 'assay-sample-'))
  try {
    const command = /`assay (generate events [^`]*--output) incoming\/growth_sample`/
    const [, flags = ''] = command.exec(readPage('docs/growth.md')) ?? []
    const ran = await runAssay([...flags.split(/\s+/), output], { cwd: output, env: {} })
    expect(ran.exitCode, ran.stderr).toBe(0)
    const sample = join(repository, 'incoming', 'growth_sample')
    const names = readdirSync(output)
    expect(names).toHaveLength(4)
    expect(readdirSync(sample)).toEqual(names)
    for (const name of names) {
      expect(
        readFileSync(join(sample, name), 'utf8') === readFileSync(join(output, name), 'utf8'),
        name,
      ).toBe(true)
    }
  } finally {
    rmSync(output, { recursive: true })
  }
})
