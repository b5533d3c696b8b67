/** The database names the type that it does not know; a declaration knows the line. */

/** undefined: the fault is another one, or nothing declares that type. */
export function ofUnknownType<T extends { readonly dataType?: string }>(
  message: string,
  declared: readonly T[],
): T | undefined {
  const unknown = /type (?:with name )?"?(.+?)"? does not exist/i.exec(message)?.[1]
  if (unknown === undefined) return undefined
  return declared.find(({ dataType = '' }) => /^[^([]*/.exec(dataType)?.[0].trim() === unknown)
}
