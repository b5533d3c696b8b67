/** What a transaction has found out about relations, good until it writes to them: its snapshot shows nothing of what others do. */
import type { Row } from '../../../core/adapter.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import { never } from '../../../core/never.ts'
import type { Relation } from '../../../core/relation.ts'
import { duckdbDialect } from '../dialect.ts'
import { effectOf, type StatementEffect } from './statement-effect.ts'
import { isAlike, type WrittenName } from './written-name.ts'

/** `value` is there once it has been answered. */
interface Answer<T> {
  readonly asked: Promise<T | undefined>
  value?: T
}

interface Known {
  readonly name: WrittenName
  state?: Answer<RelationState>
  /** The count of rows, as text. */
  identity?: Answer<string>
  /** Of queries of it alone, by their text. */
  rows?: Map<string, Promise<readonly Row[]>>
}

/** What has been answered of a relation. */
interface Facts {
  readonly state: RelationState | undefined
  readonly count: string | undefined
}

const nothing: Facts = { state: undefined, count: undefined }

/** A statement on its way: what it changes is not known until it is done. */
export interface Writing {
  readonly effect: StatementEffect
  /** Of the one table that it changes. */
  readonly before: Facts
  readonly writes: number
}

export class KnownRelations {
  /** By the name as the dialect writes it. */
  readonly #known = new Map<string, Known>()
  /** Statements that may have changed something. */
  #writes = 0

  async state(
    relation: Relation,
    ask: () => Promise<RelationState | undefined>,
  ): Promise<RelationState | undefined> {
    const known = this.#of(relation)
    known.state ??= answer(ask())
    const { asked } = known.state
    const state = await this.#orForget(known, asked)
    // It may be made by the next statement.
    if (state === undefined) this.#forget(known)
    return state
  }

  async identity(
    relation: Relation,
    ask: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const known = this.#of(relation)
    known.identity ??= answer(ask())
    const { asked } = known.identity
    const identity = await this.#orForget(known, asked)
    if (identity === undefined) delete known.identity
    return identity
  }

  /** A view is asked each time: its rows change with those of what it reads. */
  async rows(
    relation: Relation,
    sql: string,
    ask: () => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> {
    const known = this.#known.get(nameOf(relation).text)
    if (known?.state?.value?.kind !== 'table') return await ask()
    known.rows ??= new Map()
    const asked = known.rows.get(sql) ?? ask()
    known.rows.set(sql, asked)
    return await this.#orForget(known, asked)
  }

  /** Before the statement is sent. */
  begin(sql: string): Writing {
    return this.#begin(effectOf(sql))
  }

  beginAppending(relation: Relation): Writing {
    return this.#begin({ kind: 'rows', name: nameOf(relation), sign: 1 })
  }

  /** It is done, and says that it wrote so many rows; undefined: it says nothing. */
  end({ effect, before, writes }: Writing, rows: number | undefined): void {
    // What was sent behind it may have changed the same table.
    if (writes !== this.#writes) return
    switch (effect.kind) {
      case 'rows':
        this.#put(effect.name, { ...before, count: changed(before.count, effect.sign, rows) })
        return
      case 'table made':
        this.#put(effect.name, { ...nothing, count: rows === undefined ? undefined : String(rows) })
        return
      case 'table renamed':
        this.#put(effect.to, { ...before, state: renamed(before.state, effect.to) })
        return
      case 'nothing':
      case 'view made':
      case 'dropped':
      case 'anything':
        return
      default:
        never(effect)
    }
  }

  #begin(effect: StatementEffect): Writing {
    if (effect.kind === 'nothing') return { effect, before: nothing, writes: this.#writes }
    this.#writes += 1
    const writes = this.#writes
    if (effect.kind === 'anything') {
      this.#known.clear()
      return { effect, before: nothing, writes }
    }
    const { state, identity } = this.#known.get(effect.name.text) ?? { name: effect.name }
    const before = { state: state?.value, count: identity?.value }
    this.#forgetNamed(effect.name)
    if (effect.kind === 'table renamed') this.#forgetNamed(effect.to)
    for (const [key, known] of this.#known) {
      if (mayFollow(known, effect)) this.#known.delete(key)
    }
    return { effect, before, writes }
  }

  /** However it is spelled, and in whatever schema: the search path may mean the same. */
  #forgetNamed(name: WrittenName): void {
    for (const [key, known] of this.#known) {
      if (isAlike(known.name, name)) this.#known.delete(key)
    }
  }

  #put(name: WrittenName, { state, count }: Facts): void {
    if (state === undefined && count === undefined) return
    this.#known.set(name.text, {
      name,
      ...(state === undefined ? {} : { state: answered(state) }),
      ...(count === undefined ? {} : { identity: answered(count) }),
    })
  }

  #of(relation: Relation): Known {
    const name = nameOf(relation)
    const known = this.#known.get(name.text) ?? { name }
    this.#known.set(name.text, known)
    return known
  }

  async #orForget<T>(known: Known, asked: Promise<T>): Promise<T> {
    try {
      return await asked
    } catch (error) {
      this.#forget(known)
      throw error
    }
  }

  #forget(known: Known): void {
    for (const [key, each] of this.#known) if (each === known) this.#known.delete(key)
  }
}

/** What is still being asked may be answered as of before; a view shows what is done to what it reads. */
function mayFollow({ state, identity }: Known, { kind }: StatementEffect): boolean {
  const isAsked = [state, identity].some((each) => each !== undefined && each.value === undefined)
  if (isAsked || kind === 'rows') return isAsked
  const view = state?.value?.kind === 'table' ? undefined : state?.value
  // A view that works goes on reading what it read.
  return view !== undefined && (kind !== 'table made' || view.columns.length === 0)
}

/** undefined: the count is to be asked for. */
function changed(
  count: string | undefined,
  sign: 1 | 0 | -1 | undefined,
  rows: number | undefined,
): string | undefined {
  if (count === undefined || sign === undefined) return undefined
  if (sign === 0) return count
  return rows === undefined ? undefined : String(Number(count) + sign * rows)
}

function renamed(
  state: RelationState | undefined,
  { identifier }: WrittenName,
): RelationState | undefined {
  return state && { ...state, relation: { ...state.relation, identifier } }
}

function nameOf(relation: Relation): WrittenName {
  return { text: duckdbDialect.relation(relation), identifier: relation.identifier }
}

function answer<T>(asked: Promise<T | undefined>): Answer<T> {
  const made: Answer<T> = { asked }
  asked.then(
    (value) => {
      if (value !== undefined) made.value = value
    },
    () => {},
  )
  return made
}

function answered<T>(value: T): Answer<T> {
  return { asked: Promise.resolve(value), value }
}
