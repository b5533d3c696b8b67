/** A history that fails to a smaller one that still does: fewer builds, then fewer rows, until nothing can go. */
import type { History, HistoryStep } from './history.ts'

export interface Shrinking {
  /** Whether a history still fails in the same way. */
  readonly fails: (history: History) => Promise<boolean>
  /** False when there is no more time: what is smallest by then is given. */
  readonly goOn: () => boolean
}

export async function shrinkHistory(history: History, shrinking: Shrinking): Promise<History> {
  let smallest = history
  for (;;) {
    const before = sizeOf(smallest)
    smallest = await withFewerBuilds(smallest, shrinking)
    smallest = await withFewerRows(smallest, shrinking)
    if (sizeOf(smallest) === before || !shrinking.goOn()) return tidy(smallest)
  }
}

/** Rows first counted, then steps. */
function sizeOf(history: History): string {
  return `${deliveriesOf(history).length} ${history.length}`
}

async function withFewerBuilds(history: History, shrinking: Shrinking): Promise<History> {
  let smallest = history
  for (let index = history.length - 2; index >= 0 && shrinking.goOn(); index -= 1) {
    if (smallest[index]?.kind === 'arrive') continue
    const smaller = smallest.filter((_, place) => place !== index)
    if (await shrinking.fails(smaller)) smallest = smaller
  }
  return smallest
}

interface Place {
  readonly step: number
  readonly row: number
}

function deliveriesOf(history: History): readonly Place[] {
  return history.flatMap((step, index) =>
    step.kind === 'arrive' ? step.rows.map((_, row) => ({ step: index, row })) : [],
  )
}

/** Halves first, then quarters, down to single rows. */
async function withFewerRows(history: History, shrinking: Shrinking): Promise<History> {
  let smallest = history
  let size = Math.ceil(deliveriesOf(smallest).length / 2)
  while (size >= 1) {
    let start = 0
    while (start < deliveriesOf(smallest).length) {
      if (!shrinking.goOn()) return smallest
      const gone = deliveriesOf(smallest).slice(start, start + size)
      const smaller = withoutRows(smallest, gone)
      if (await shrinking.fails(smaller)) smallest = smaller
      else start += size
    }
    size = size === 1 ? 0 : Math.ceil(size / 2)
  }
  return smallest
}

/** Steps keep their places, even when nothing arrives in them any more. */
function withoutRows(history: History, gone: readonly Place[]): History {
  const names = new Set(gone.map(({ step, row }) => `${step}/${row}`))
  return history.map((step, index) =>
    step.kind === 'arrive'
      ? { ...step, rows: step.rows.filter((_, row) => !names.has(`${index}/${row}`)) }
      : step,
  )
}

/** Without empty arrivals; what arrives in one root between two builds is one arrival. */
function tidy(history: History): History {
  const steps: HistoryStep[] = []
  for (const step of history) {
    if (step.kind === 'arrive' && step.rows.length === 0) continue
    const before = steps.findLastIndex((other) => other.kind !== 'arrive') + 1
    const place = steps.findIndex(
      (other, index) =>
        index >= before &&
        step.kind === 'arrive' &&
        other.kind === 'arrive' &&
        other.root === step.root,
    )
    const same = steps[place]
    if (step.kind === 'arrive' && same?.kind === 'arrive') {
      steps[place] = { ...same, rows: [...same.rows, ...step.rows] }
    } else steps.push(step)
  }
  return steps
}
