/** Items to the text of a list that a database casts to an array: quoted alike, within brackets of its own. */

/** What the texts of the items are: lists by the same rule, JSON, or anything else. */
export type ListItems = 'list' | 'json' | 'text'

export type ListText = (items: readonly (string | null)[], kind: ListItems) => string

export interface ListForm {
  readonly opening: string
  readonly closing: string
  /** False where JSON stands in it as it is. */
  readonly quotesJson: boolean
}

export function listTextIn({ opening, closing, quotesJson }: ListForm): ListText {
  return (items, kind) => {
    const isPlain = kind === 'list' || (kind === 'json' && !quotesJson)
    const texts = items.map((item) => {
      if (item === null) return 'NULL'
      return isPlain ? item : `"${item.replaceAll(/["\\]/g, '\\$&')}"`
    })
    return `${opening}${texts.join(',')}${closing}`
  }
}
