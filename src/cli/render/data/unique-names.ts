/** Column names made unique for forms that need it: `a`, `a` becomes `a`, `a_1`. */

/** Names that are already unique stay as they are, so `a`, `a`, `a_1` becomes `a`, `a_2`, `a_1`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names)
  const used = new Set<string>()
  return names.map((name) => {
    if (!used.has(name)) {
      used.add(name)
      return name
    }
    let number = 1
    while (taken.has(`${name}_${number}`)) number += 1
    const unique = `${name}_${number}`
    taken.add(unique)
    used.add(unique)
    return unique
  })
}
