/** What the routes of the dashboard go by: news as a stream, readings that are shared. */
import { expect, test, vi } from 'vitest'
import { changesOf } from '../../../../src/serve/dashboard/changes.ts'
import { shareReadings } from '../../../../src/serve/dashboard/share-readings.ts'
import { PublishedNews } from '../../../../src/serve/published.ts'

test('each publication is an event, several at once are one, and the end ends it', async () => {
  const news = new PublishedNews()
  const end = new AbortController()
  const pieces = changesOf(news, async () => true, end.signal)
  expect((await pieces.next()).value).toBe('data: {"version": 0}\n\n')
  const next = pieces.next()
  news.tell('loaded', ['source.shop.raw.events'])
  expect((await next).value).toBe('data: {"version": 1}\n\n')
  news.tell('built', ['model.shop.a'])
  news.tell('built', ['model.shop.b'])
  expect((await pieces.next()).value).toBe('data: {"version": 3}\n\n')
  const last = pieces.next()
  end.abort()
  expect(await last).toEqual({ done: true, value: undefined })
})

test('that the database went, and that it came back, is an event; nothing new is a sign of life', async () => {
  vi.useFakeTimers()
  try {
    const end = new AbortController()
    let isThere = true
    const pieces = changesOf(new PublishedNews(), async () => isThere, end.signal)
    const next = async () => {
      const piece = pieces.next()
      await vi.advanceTimersByTimeAsync(5000)
      return (await piece).value
    }
    const event = 'data: {"version": 0}\n\n'
    expect(await next()).toBe(event)
    expect(await next()).toBe(': alive\n\n')
    isThere = false
    expect([await next(), await next()]).toEqual([event, ': alive\n\n'])
    isThere = true
    expect([await next(), await next()]).toEqual([event, ': alive\n\n'])
    end.abort()
  } finally {
    vi.useRealTimers()
  }
})

test('one reading is everybody’s until something is published, a moment has passed, or it fails', async () => {
  const news = new PublishedNews()
  let clock = 0
  let asked = 0
  const share = shareReadings({ publications: news, now: () => new Date(clock) })
  const read = () => share('panels', async () => `answer ${(asked += 1)}`)
  expect(await Promise.all([read(), read(), read()])).toEqual(['answer 1', 'answer 1', 'answer 1'])
  news.tell('built', [])
  expect(await read()).toBe('answer 2')
  clock = 1500
  expect(await read()).toBe('answer 3')
  const failing = () =>
    share('quality', async () => {
      asked += 1
      throw new Error('away')
    })
  await expect(failing()).rejects.toThrow('away')
  await expect(failing()).rejects.toThrow('away')
  expect(asked).toBe(5)
})
