/** An answer that has left, for logs and figures: the path without its query, which may name people. */
export interface Served {
  readonly requestId: string
  readonly method: string
  /** `/relations/{name}`; undefined: there is no such route. */
  readonly route: string | undefined
  readonly status: number
  readonly elapsedMs: number
  /** Name of the key. */
  readonly caller: string | undefined
}
