/** What a template asks, in words that the database understands and that stay the same whatever stands in for what. */
import {
  type Diagnostic,
  errorDiagnostic,
  type RelatedPlace,
  type SourceSpan,
} from '../../../core/diagnostic.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { UniqueId } from '../../../core/node.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { Question, TemplateValue } from '../../../project/template/template.ts'

/** Relations are named as they are published. */
export type Asked = { readonly span: SourceSpan; readonly related: readonly RelatedPlace[] } & (
  | { readonly kind: 'query'; readonly sql: string }
  /** The columns of a query. */
  | { readonly kind: 'shape'; readonly sql: string }
  /** The columns of a table or view. */
  | { readonly kind: 'columns'; readonly relation: Relation }
  | { readonly kind: 'exists'; readonly relation: Relation }
)

/** By `askedKey`. */
export type Answers = ReadonlyMap<string, TemplateValue>

/** Two questions of one key have one answer. */
export function askedKey(asked: Asked): string {
  return asked.kind === 'query' || asked.kind === 'shape'
    ? `${asked.kind} ${asked.sql}`
    : `${asked.kind} ${relationKey(asked.relation)}`
}

export interface StandInNames {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly standIns: ReadonlyMap<UniqueId, Relation>
}

export interface QuestionContext extends StandInNames {
  /** Whether the text of a relation is the name of a CTE. */
  isCommonTable(text: string): boolean
  /** The query with the CTEs in front of it. */
  withCommonTables(sql: string): string
}

/** A value where no database is needed for it. */
export function toAsked(
  context: QuestionContext,
  question: Question,
): Asked | { readonly kind: 'known'; readonly value: TemplateValue } {
  const { span, related } = question
  const asQuery = (kind: 'query' | 'shape', sql: string): Asked => ({
    kind,
    sql: publishedNames(context, context.withCommonTables(sql)),
    span,
    related,
  })
  switch (question.kind) {
    case 'query':
      return asQuery('query', question.sql)
    case 'columns': {
      const { of } = question
      if (typeof of === 'string') {
        return asQuery('shape', `select * from ${of} as assay_columns limit 0`)
      }
      if (context.isCommonTable(of.text))
        return asQuery('shape', `select * from ${of.text} limit 0`)
      return { kind: 'columns', relation: publishedRelation(context, of.relation), span, related }
    }
    case 'exists': {
      const { text, relation } = question.relation
      if (context.isCommonTable(text)) return { kind: 'known', value: true }
      return { kind: 'exists', relation: publishedRelation(context, relation), span, related }
    }
  }
}

function publishedNames(context: StandInNames, sql: string): string {
  return pairsOf(context).reduce(
    (text, { published, standIn }) =>
      text.replaceAll(context.dialect.relation(standIn), () => context.dialect.relation(published)),
    sql,
  )
}

/** A query in terms of published names, to be asked where others stand in for them. */
export function standInNames(context: StandInNames, sql: string): string {
  return pairsOf(context).reduce(
    (text, { published, standIn }) =>
      text.replaceAll(context.dialect.relation(published), () => context.dialect.relation(standIn)),
    sql,
  )
}

function publishedRelation(context: StandInNames, relation: Relation): Relation {
  const key = relationKey(relation)
  const pair = pairsOf(context).find(({ standIn }) => relationKey(standIn) === key)
  return pair?.published ?? relation
}

export function standInRelation(context: StandInNames, relation: Relation): Relation {
  const key = relationKey(relation)
  const pair = pairsOf(context).find(({ published }) => relationKey(published) === key)
  return pair?.standIn ?? relation
}

function pairsOf({ manifest, standIns }: StandInNames) {
  return [...standIns].flatMap(([id, standIn]) => {
    const node = manifest.nodes.get(id)
    return node === undefined || !('relation' in node)
      ? []
      : [{ published: node.relation, standIn }]
  })
}

/** For what is rendered where nobody can be asked. */
export function refusedQuestion({ kind, span, related }: Question, where: string): Diagnostic {
  return errorDiagnostic({
    code: 'introspection-off',
    message: `expected ${where} that is known without the database, found ${kind === 'exists' ? 'relation_exists' : kind}`,
    span,
    hint: 'ask in the template of a model or test, or let the statement itself ask',
    ...(related.length === 0 ? {} : { related }),
  })
}
