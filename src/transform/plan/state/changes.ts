/** What differs between the last build of a node and one now, and how it is said. */
import { hookKeys } from '../../../core/node/hook.ts'
import type { Json } from '../../../core/json.ts'
import { descriptionsKey } from '../contracts/persisted-docs.ts'
import { contractKey } from '../contracts/table-contract.ts'
import { type Components, compareCode } from './components.ts'
import { unknownVersion } from './data-version.ts'
import { stableText } from './stable-hash.ts'

export type Change =
  | { readonly kind: 'never-built' }
  /** Built, but by a version that did not record from what, or the record cannot be read. */
  | { readonly kind: 'not-recorded' }
  /** Its rows come from a part of its inputs, or from none. */
  | { readonly kind: 'limited'; readonly flag: string }
  | { readonly kind: 'code-changed'; readonly codeKind: Components['codeKind'] }
  /** The text differs, and whether more than its formatting cannot be told across two versions of the canonicaliser. */
  | { readonly kind: 'canonicaliser-changed' }
  /** The code is as it was; the database answers its questions otherwise. */
  | { readonly kind: 'answers-changed' }
  /** At least one, in order of the keys. */
  | { readonly kind: 'config-changed'; readonly keys: readonly ConfigChange[] }
  | { readonly kind: 'input-added'; readonly relation: string }
  | { readonly kind: 'input-removed'; readonly relation: string }
  | { readonly kind: 'input-changed'; readonly relation: string }
  | { readonly kind: 'input-unknown'; readonly relation: string }
  | { readonly kind: 'not-stable'; readonly what: string }

interface ConfigChange {
  readonly key: string
  /** undefined: not set. */
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/** `not-recorded`: published, with nothing readable said about it. */
export type LastBuild =
  | { readonly kind: 'none' }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'recorded'; readonly components: Components }

/** Empty: building now would give the same rows. The weightiest first. */
export function compareComponents(last: LastBuild, now: Components): readonly Change[] {
  switch (last.kind) {
    case 'none':
      return [{ kind: 'never-built' }]
    case 'not-recorded':
      return [{ kind: 'not-recorded' }]
    case 'recorded':
      return [
        ...limitChanges(last.components),
        ...codeChanges(last.components, now),
        ...configChanges(last.components, now),
        ...inputChanges(last.components, now),
        ...(now.unstable === null ? [] : [{ kind: 'not-stable', what: now.unstable } as const]),
      ]
  }
}

function limitChanges({ limit }: Components): readonly Change[] {
  return limit === null ? [] : [{ kind: 'limited', flag: limit }]
}

function codeChanges(last: Components, now: Components): readonly Change[] {
  switch (compareCode(last, now)) {
    case 'same':
      return last.answers === null || now.answers === null || last.answers === now.answers
        ? []
        : [{ kind: 'answers-changed' }]
    case 'changed':
      return [{ kind: 'code-changed', codeKind: now.codeKind }]
    case 'unclear':
      return [{ kind: 'canonicaliser-changed' }]
  }
}

function configChanges(last: Components, now: Components): readonly Change[] {
  const all = [...new Set([...Object.keys(last.config), ...Object.keys(now.config)])].sort()
  const keys = all
    .map((key) => ({ key, before: last.config[key], after: now.config[key] }))
    .filter(({ before, after }) => textOf(before) !== textOf(after))
  const areHooksSaid = keys.some(({ key }) => hookKeys.has(key))
  const said = keys.filter(({ key }) => key !== 'hooks' || !areHooksSaid)
  return said.length === 0 ? [] : [{ kind: 'config-changed', keys: said }]
}

function inputChanges(last: Components, now: Components): readonly Change[] {
  const relations = [...new Set([...Object.keys(last.inputs), ...Object.keys(now.inputs)])].sort()
  return relations.flatMap((relation): readonly Change[] => {
    const [before, after] = [last.inputs[relation], now.inputs[relation]]
    if (after === undefined) return [{ kind: 'input-removed', relation }]
    if (after === unknownVersion) return [{ kind: 'input-unknown', relation }]
    if (before === undefined) return [{ kind: 'input-added', relation }]
    return before === after ? [] : [{ kind: 'input-changed', relation }]
  })
}

function textOf(value: Json | undefined): string {
  return value === undefined ? 'not set' : stableText(value)
}

/** For `plan`, `explain` and messages of a run: the node is named before it. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'never-built':
      return 'it was never built'
    case 'not-recorded':
      return 'what it was last built from is not on record'
    case 'limited':
      return `it holds what ${change.flag} gave it`
    case 'code-changed':
      return change.codeKind === 'file' ? 'its file changed' : 'its SQL changed'
    case 'canonicaliser-changed':
      return 'its SQL changed, and since assay was upgraded in between, it may be the formatting only'
    case 'answers-changed':
      return 'what the database answers to its template changed'
    case 'config-changed':
      return `its config changed: ${change.keys.map(describeKey).join(', ')}`
    case 'input-added':
      return `it now reads "${change.relation}"`
    case 'input-removed':
      return `it no longer reads "${change.relation}"`
    case 'input-changed':
      return `"${change.relation}" changed`
    case 'input-unknown':
      return `whether "${change.relation}" changed is not known`
    case 'not-stable':
      return `${change.what} gives something else each time`
  }
}

/** Hashes and records: which part it is says more than what stands there. */
const unreadable: ReadonlyMap<string, string> = new Map([
  ['hooks', 'what its hooks render to'],
  [contractKey, 'the columns or constraints of its contract'],
  [descriptionsKey, 'its descriptions'],
])

function describeKey({ key, before, after }: ConfigChange): string {
  const said = unreadable.get(key)
  if (said !== undefined) return said
  return `${key} from ${textOf(before)} to ${textOf(after)}`
}
