import { array, assert, constantFrom, jsonValue, property } from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../../../../src/core/json.ts'
import { splitEvents } from '../../../../src/serve/events/split-events.ts'

function split(text: string) {
  return splitEvents(text, parseJson(text) ?? null)
}

test('an event, a list, and an object with a list of events', () => {
  expect(split('{"id": 1}')).toEqual(['{"id": 1}'])
  expect(split('{"id": 1,\r\n "n": 2}\n')).toEqual(['{"id": 1,  "n": 2}'])
  expect(split('[{"id": 1}, {"id": 2}]')).toEqual(['{"id": 1}', '{"id": 2}'])
  expect(split(' { "events" : [ {"id": 1} ] } ')).toEqual(['{"id": 1}'])
  expect(split('[]')).toEqual([])
  expect(split('{"events": []}')).toEqual([])
})

test('a list under another name, or not alone, is a field of the event', () => {
  expect(split('{"items": [1, 2]}')).toEqual(['{"items": [1, 2]}'])
  expect(split('{"events": [1], "id": 1}')).toEqual(['{"events": [1], "id": 1}'])
})

test('what is neither is none', () => {
  expect(split('1')).toBeUndefined()
  expect(split('"text"')).toBeUndefined()
  expect(split('null')).toBeUndefined()
})

test('digits, and brackets within texts, stay as they were sent', () => {
  const list =
    '[{"n": 12345678901234567890.10}, {"t": "a ] , } \\" [ {"}, [1, [2, {"a": [3]}]], "x", 1e400]'
  expect(split(list)).toEqual([
    '{"n": 12345678901234567890.10}',
    '{"t": "a ] , } \\" [ {"}',
    '[1, [2, {"a": [3]}]]',
    '"x"',
    '1e400',
  ])
})

test('whatever the list holds, its items come out one by one, each on one line', () => {
  assert(
    property(array(jsonValue()), constantFrom(undefined, 2), (items, indent) => {
      for (const text of [
        JSON.stringify(items, null, indent),
        JSON.stringify({ events: items }, null, indent),
      ]) {
        const found = split(text) ?? []
        expect(found.map((item) => parseJson(item))).toEqual(JSON.parse(JSON.stringify(items)))
        for (const item of found) expect(item).not.toMatch(/[\r\n]/)
      }
    }),
  )
})
