/** The key of this tab: gone with it, and never in an address, a cookie or another tab. */
const place = 'assay-key'

/** undefined: none was given, or the browser keeps nothing. */
export function readKey(): string | undefined {
  try {
    return sessionStorage.getItem(place) ?? memory
  } catch {
    return memory
  }
}

export function keepKey(key: string): void {
  memory = key
  try {
    sessionStorage.setItem(place, key)
  } catch {
    // It stays until the page is left.
  }
}

export function forgetKey(): void {
  memory = undefined
  try {
    sessionStorage.removeItem(place)
  } catch {
    // Nothing was kept.
  }
}

let memory: string | undefined
