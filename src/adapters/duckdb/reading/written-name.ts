/** The name of a table or view as it stands in a statement. */

export interface WrittenName {
  readonly text: string
  /** Its last part, without quotes. */
  readonly identifier: string
}

/** DuckDB finds names in any case. */
export function isAlike(left: WrittenName, right: WrittenName): boolean {
  return left.identifier.toLowerCase() === right.identifier.toLowerCase()
}

interface FoundName {
  readonly name: WrittenName
  /** Where its last part begins, and where it ends. */
  readonly last: number
  readonly end: number
}

/** Letters of all alphabets by their code: a class of letters takes milliseconds to be compiled. */
const part = /"(?:[^"]|"")+"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iy
const dot = /\s*\.\s*/y
const boundary = /[\s(;]|$/y

/** undefined: there is none at that place. */
export function findName(sql: string, start: number): FoundName | undefined {
  let last = start
  let end = endAt(part, sql, start)
  for (let parts = 1; parts < 3 && end !== undefined; parts += 1) {
    const next = endAt(dot, sql, end)
    if (next === undefined) break
    last = next
    end = endAt(part, sql, next)
  }
  if (end === undefined || endAt(boundary, sql, end) === undefined) return undefined
  const identifier = plainPart(sql.slice(last, end))
  return { name: { text: sql.slice(start, end), identifier }, last, end }
}

/** Of a name as it is written, without quotes. */
export function partsOf(text: string): readonly string[] {
  return (text.match(/"(?:[^"]|"")+"|[^".\s]+/g) ?? []).map(plainPart)
}

function plainPart(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text
}

/** Where a sticky expression that matches there ends. */
export function endAt(expression: RegExp, sql: string, start: number): number | undefined {
  expression.lastIndex = start
  return expression.test(sql) ? expression.lastIndex : undefined
}
