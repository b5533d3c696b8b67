/** A wrong flag, command or value: nothing was begun, exit code 2. */

export class UsageError extends Error {
  readonly hint: string | undefined
  /** `message`: expected first, found second, lower case, no full stop. */
  constructor(message: string, hint?: string) {
    super(message)
    this.name = 'UsageError'
    this.hint = hint
  }
}
