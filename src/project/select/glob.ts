/** Patterns of selectors: `*`, `?` and `[abc]` over a whole text, and over a path folder by folder. */

export function hasGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/** `*` takes every character, dots and slashes too. */
export function globMatch(text: string, pattern: string): boolean {
  return hasGlob(pattern) ? matches(text, pattern, '.*') : text === pattern
}

/** The path, or a folder above it: `*` stays within a folder, `**` does not. */
export function pathMatch(path: string, pattern: string): boolean {
  const wanted = pattern.replace(/^\.\//, '').replace(/\/$/, '')
  if (!hasGlob(wanted)) return path === wanted || path.startsWith(`${wanted}/`) || wanted === '.'
  const parts = path.split('/')
  return parts.some((_, index) => matches(parts.slice(0, index + 1).join('/'), wanted, '[^/]*'))
}

function matches(text: string, pattern: string, star: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('[!', '[^')
    .replaceAll(/\*\*\/|\*\*|\*|\?/g, (sign) => {
      if (sign === '?') return star === '.*' ? '.' : '[^/]'
      if (sign === '**/') return '(?:.*/)?'
      return sign === '**' ? '.*' : star
    })
  try {
    return new RegExp(`^${source}$`, 's').test(text)
  } catch {
    return text === pattern
  }
}
