/** What keeps a whole file from being read. */

/** Whoever writes the file is not done. */
export class HalfWrittenError extends Error {
  /** `line` undefined: no line can be told. */
  constructor(line: number | undefined) {
    super(line === undefined ? 'it is cut off' : `line ${line}, its last, is cut off`)
    this.name = 'HalfWrittenError'
  }
}

/** It will not get better by itself. */
export class UnreadableError extends Error {
  readonly hint: string | undefined
  constructor(found: string, hint?: string) {
    super(found)
    this.name = 'UnreadableError'
    this.hint = hint
  }
}
