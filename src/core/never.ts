/** Ends every switch over a union: a variant that was forgotten breaks the build here. */
export function never(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`)
}
