/** What a cell of a result can hold. */

/** A value as rows carry it: decimals, wide integers, dates and timestamps are text in the form of design section 11. */
export type SqlValue =
  | null
  | boolean
  | number
  | string
  | readonly SqlValue[]
  | { readonly [key: string]: SqlValue }
