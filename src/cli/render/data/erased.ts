/** What an erasure does, or has done, and what was found at its end; never the value. */
import type { EraseValue } from '../../../app/use-cases.ts'
import { relationKey } from '../../../core/relation.ts'
import type { Paint } from '../colours.ts'
import { formatDuration, plural } from '../counts.ts'
import { padEnd, padStart } from '../text-width.ts'

export function eraseText(value: EraseValue, paint: Paint): readonly string[] {
  const lines = [...relationLines(value), ...fileLines(value)]
  return [
    `erase by ${value.by}${titles[value.stage]}`,
    '',
    ...(lines.length === 0 ? [nothing(value)] : lines),
    '',
    ...closing(value, paint),
  ]
}

const titles = {
  dry: ': nothing was changed',
  stopped: ': not done, nothing was changed',
  tables: ': not finished',
  done: '',
} as const

function nothing({ left }: EraseValue): string {
  return left.length === 0 ? '  nothing holds it' : '  nothing that could be erased'
}

const words = {
  delete: 'rows deleted',
  rebuild: 'made anew',
  view: 'a view, follows',
  left: 'left: no node of the project makes it',
  undeclared: 'left: its column does not declare it',
} as const

function relationLines({ relations }: EraseValue): readonly string[] {
  const shown = relations.filter(({ rows, action }) => rows > 0 || action === 'rebuild')
  const width = Math.max(28, ...shown.map(({ relation }) => relationKey(relation).length))
  const keys = shown.map(({ relation }) => relationKey(relation))
  return shown.map(({ relation, columns, rows, action }) => {
    const key = relationKey(relation)
    // A table may be there twice: by what it declares, and by what it does not.
    const isTwice = columns.length > 0 && keys.filter((each) => each === key).length > 1
    const by = isTwice ? `, by ${columns.join(', ')}` : ''
    const count = columns.length === 0 ? '' : plural(rows, 'row')
    const name = padEnd(key, width)
    return `  ${name}  ${padStart(count, 12)}  ${words[action]}${by}`
  })
}

function fileLines({ files, exports, deadLetters }: EraseValue): readonly string[] {
  return [
    ...(deadLetters === 0 ? [] : [`  ${plural(deadLetters, 'dead letter')} of the ledger`]),
    ...files.map(({ path, kind, lines }) => `  ${path}  ${plural(lines ?? 0, 'line')}, ${kind}`),
    ...exports.map(({ path, kind }) => `  ${path}  ${kind}, made anew`),
  ]
}

function closing(value: EraseValue, paint: Paint): readonly string[] {
  const { stage, left, proof, isKeyed, elapsedMs } = value
  if (stage === 'stopped') return [paint('dim', 'the same command begins it again')]
  if (stage === 'tables') {
    return [
      paint('red', 'the tables are done, files and exports may not be'),
      paint('dim', 'the same command goes on with what is left'),
    ]
  }
  if (stage === 'dry' || proof === undefined) {
    return [...left.map((place) => `would be left: ${place}`), paint('dim', '--yes does it')]
  }
  const time = paint('bold', `done in ${formatDuration(elapsedMs)}`)
  const searched = `${plural(proof.relations, 'relation')} searched again`
  return [
    ...left.map((place) => paint('red', `still there: ${place}`)),
    left.length === 0
      ? `${time}: ${searched}, ${paint('green', '0 rows found')}`
      : `${time}: ${searched}, ${paint('red', `left in ${plural(left.length, 'place')}`)}`,
    ...(isKeyed
      ? []
      : [paint('dim', 'without ASSAY_ERASE_KEY the ledger does not say whose rows these were')]),
  ]
}

export function* eraseJson(value: EraseValue): Generator<string> {
  yield `${JSON.stringify(eraseFields(value), undefined, 2)}\n`
}

export function eraseFields(value: EraseValue) {
  const { stage, by, relations, deadLetters, files, exports, left, proof, elapsedMs } = value
  return {
    by,
    is_done: stage === 'done',
    are_tables_done: stage === 'tables' || stage === 'done',
    relations: relations.map((each) => ({
      relation: relationKey(each.relation),
      columns: each.columns,
      rows: each.rows,
      action: each.action,
    })),
    dead_letters: deadLetters,
    files,
    exports: exports.map(({ path, kind }) => ({ path, kind })),
    left,
    searched: proof ?? null,
    elapsed_ms: elapsedMs,
  }
}
