/** The columns of both sides to what can be compared, what is missing on one side, and which types differ. */
import type { Column } from '../../core/relation.ts'
import { type Family, familyOf, isJsonLike, isNumeric } from './family.ts'

/** A column that both sides have. */
export interface ComparedColumn {
  /** As A spells it. */
  readonly name: string
  readonly a: Column
  readonly b: Column
  /** `float`: by value, within the tolerance; `text`: by the text of its normal form. */
  readonly comparedAs: 'text' | 'float'
  /** Its text is a number on both sides. */
  readonly isNumber: boolean
  readonly isJson: boolean
}

export interface ColumnsDiff {
  readonly onlyInA: readonly Column[]
  readonly onlyInB: readonly Column[]
  readonly types: readonly { readonly name: string; readonly a: string; readonly b: string }[]
  /** Columns of either side outside the promise: not compared. */
  readonly volatile: readonly string[]
}

interface ColumnsInput {
  readonly a: readonly Column[]
  readonly b: readonly Column[]
  readonly volatileColumns: readonly string[]
  /** One engine writes a type in one way; types of two engines are compared by their families. */
  readonly isSameEngine: boolean
}

/** Names are matched as they are, and where that leaves some over, without regard to case. */
export function compareColumns(input: ColumnsInput): {
  readonly compared: readonly ComparedColumn[]
  readonly diff: ColumnsDiff
} {
  const volatile = new Set(input.volatileColumns.map((name) => name.toLowerCase()))
  const isVolatile = ({ name }: Column) => volatile.has(name.toLowerCase())
  const a = input.a.filter((column) => !isVolatile(column))
  const b = input.b.filter((column) => !isVolatile(column))
  const partners = partnersOf(a, b)
  const compared = a.flatMap((column) => {
    const partner = partners.get(column)
    return partner === undefined ? [] : [comparedColumn(column, partner)]
  })
  const taken = new Set(compared.map((column) => column.b))
  const left = [...input.a, ...input.b].filter(isVolatile).map(({ name }) => name)
  return {
    compared,
    diff: {
      onlyInA: a.filter((column) => !partners.has(column)),
      onlyInB: b.filter((column) => !taken.has(column)),
      types: compared
        .filter((column) => isOtherType(column, input.isSameEngine))
        .map((column) => ({ name: column.name, a: column.a.dataType, b: column.b.dataType })),
      volatile: [...new Set(left)],
    },
  }
}

function partnersOf(a: readonly Column[], b: readonly Column[]): ReadonlyMap<Column, Column> {
  const partners = new Map<Column, Column>()
  const free = new Set(b)
  const pair = (isPartner: (left: Column, right: Column) => boolean) => {
    for (const column of a) {
      if (partners.has(column)) continue
      const partner = [...free].find((candidate) => isPartner(column, candidate))
      if (partner === undefined) continue
      partners.set(column, partner)
      free.delete(partner)
    }
  }
  pair((left, right) => left.name === right.name)
  pair((left, right) => left.name.toLowerCase() === right.name.toLowerCase())
  return partners
}

function comparedColumn(a: Column, b: Column): ComparedColumn {
  const [left, right] = [familyOf(a.dataType), familyOf(b.dataType)]
  const isNumber = isNumeric(left) && isNumeric(right)
  const isFloat = isNumber && (left === 'double' || right === 'double')
  return {
    name: a.name,
    a,
    b,
    comparedAs: isFloat ? 'float' : 'text',
    isNumber,
    isJson: isJsonLike(left) && isJsonLike(right),
  }
}

function isOtherType({ a, b }: ComparedColumn, isSameEngine: boolean): boolean {
  if (isSameEngine) return a.dataType !== b.dataType
  const families: readonly Family[] = [familyOf(a.dataType), familyOf(b.dataType)]
  return families[0] !== families[1]
}
