/** The code of an error that the system, zlib or Node itself gave. */

/** `ENOENT` and its like; undefined for an error without one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
