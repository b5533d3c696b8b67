/** What is on its way, given back in order of arrival; of one moment in the order in which it was sent. */
import type { Arrival } from './arrival.ts'

export interface ArrivalQueue {
  add(arrival: Arrival): void
  /** All that have arrived before then. */
  until(time: number): Generator<Arrival>
}

interface Entry {
  readonly arrival: Arrival
  readonly number: number
}

/** A binary heap: its size is what is on its way, whatever has gone through. */
export function createQueue(): ArrivalQueue {
  const heap: Entry[] = []
  let added = 0
  return {
    add(arrival) {
      heap.push({ arrival, number: added })
      added += 1
      rise(heap)
    },
    *until(time) {
      for (let first = heap[0]; first !== undefined; first = heap[0]) {
        if (first.arrival.arrivedAt >= time) return
        yield first.arrival
        const last = heap.pop()
        if (last !== undefined && heap.length > 0) {
          heap[0] = last
          sink(heap)
        }
      }
    },
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  const difference = left.arrival.arrivedAt - right.arrival.arrivedAt
  return difference === 0 ? left.number < right.number : difference < 0
}

function rise(heap: Entry[]): void {
  let place = heap.length - 1
  while (place > 0) {
    const above = Math.floor((place - 1) / 2)
    if (!exchangeIfBefore(heap, place, above)) return
    place = above
  }
}

function sink(heap: Entry[]): void {
  let place = 0
  for (;;) {
    const [left, right] = [2 * place + 1, 2 * place + 2]
    const [leftEntry, rightEntry] = [heap[left], heap[right]]
    if (leftEntry === undefined) return
    const least = rightEntry !== undefined && isBefore(rightEntry, leftEntry) ? right : left
    if (!exchangeIfBefore(heap, least, place)) return
    place = least
  }
}

function exchangeIfBefore(heap: Entry[], lower: number, upper: number): boolean {
  const [below, above] = [heap[lower], heap[upper]]
  if (below === undefined || above === undefined || !isBefore(below, above)) return false
  heap[upper] = below
  heap[lower] = above
  return true
}
