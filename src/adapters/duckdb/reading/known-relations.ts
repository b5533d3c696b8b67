/** What a transaction was told of relations, until it writes: its snapshot shows nothing of what others do. */
import { duckdbDialect } from '../dialect.ts'
import type { RelationState } from '../../../core/database/warehouse-state.ts'
import type { Relation } from '../../../core/relation.ts'

interface Known {
  state?: Promise<RelationState | undefined>
  identity?: Promise<string | undefined>
}

export class KnownRelations {
  readonly #known = new Map<string, Known>()

  async state(
    relation: Relation,
    ask: () => Promise<RelationState | undefined>,
  ): Promise<RelationState | undefined> {
    const known = this.#of(relation)
    known.state ??= ask()
    return await this.#orForget(relation, known.state)
  }

  async identity(
    relation: Relation,
    ask: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const known = this.#of(relation)
    known.identity ??= ask()
    return await this.#orForget(relation, known.identity)
  }

  /** Before the statement is sent: what it changes is not as it was told. */
  forgetWhatChanges(sql: string): void {
    if (!changesNothingKnown(sql)) this.forget()
  }

  forget(): void {
    this.#known.clear()
  }

  #of(relation: Relation): Known {
    const key = duckdbDialect.relation(relation)
    const known = this.#known.get(key) ?? {}
    this.#known.set(key, known)
    return known
  }

  async #orForget<T>(relation: Relation, asked: Promise<T>): Promise<T> {
    try {
      const answer = await asked
      // It may be made by the next statement.
      if (answer === undefined) this.#known.delete(duckdbDialect.relation(relation))
      return answer
    } catch (error) {
      this.#known.delete(duckdbDialect.relation(relation))
      throw error
    }
  }
}

/** A table that is made anew is none of those that are known, and rows of the ledger are nobody's relation. */
function changesNothingKnown(sql: string): boolean {
  return (
    /^\s*(?:select\b|create\s+table\s+(?!if\b)|insert\s+into\s+_assay\.)/i.test(sql) ||
    !writing.test(sql)
  )
}

const writing =
  /\b(?:insert|update|delete|merge|truncate|create|alter|drop|attach|detach|copy|import|call|load|use|set|reset|rollback|execute)\b/i
