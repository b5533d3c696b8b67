/** Light, dark, or as the system has it: kept in this browser; charts are drawn anew in the colours of it. */
import { part } from './element.ts'

const place = 'assay-theme'

export function startTheme(): void {
  const select = part('#theme', HTMLSelectElement)
  select.value = readTheme()
  const apply = () => {
    const { value } = select
    if (value === 'auto') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.setAttribute('data-theme', value)
    document.dispatchEvent(new Event('theme'))
  }
  select.addEventListener('change', () => {
    keepTheme(select.value)
    apply()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply)
  apply()
}

function readTheme(): string {
  try {
    const kept = localStorage.getItem(place)
    return kept === 'light' || kept === 'dark' ? kept : 'auto'
  } catch {
    return 'auto'
  }
}

function keepTheme(theme: string): void {
  try {
    localStorage.setItem(place, theme)
  } catch {
    // The next visit begins with that of the system.
  }
}
