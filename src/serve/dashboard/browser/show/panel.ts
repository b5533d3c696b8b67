/** A panel that has a body: what it shows, or a sentence that says why there is nothing. */
import type { ViewRows } from '../data/panel-data.ts'
import { type Child, element, part } from './element.ts'
import type { ShownTable } from './table.ts'

export interface Panel {
  /** In place of what it shows. */
  say(...children: readonly Child[]): void
  /** The same nodes again are left as they are. */
  show(...nodes: readonly Node[]): void
}

export function panel(id: string): Panel {
  const body = part(`#${id} > .body`, HTMLElement)
  let shown: readonly Node[] = []
  body.replaceChildren(element('p', { class: 'quiet' }, ['Loading']))
  return {
    say: (...children) => {
      shown = []
      body.replaceChildren(element('p', { class: 'empty' }, children))
    },
    show: (...nodes) => {
      if (nodes.length === shown.length && nodes.every((node, index) => node === shown[index])) {
        return
      }
      shown = nodes
      body.replaceChildren(...nodes)
    },
  }
}

/** undefined: it has rows. */
export function whyEmpty(view: ViewRows, nothing: string): string | undefined {
  switch (view.state) {
    case 'absent':
      return `This project has no model "${view.name}".`
    case 'unbuilt':
      return `The model "${view.name}" is not built yet.`
    case 'other':
      return `The model "${view.name}" has other columns than this panel expects.`
    case 'read':
      return view.rows.length === 0 ? nothing : undefined
  }
}

export function note(text: string): HTMLElement {
  return element('p', { class: 'quiet' }, [text])
}

/** As many as anybody reads. */
const mostRows = 500

/** What a chart shows, for those who do not see it or want the digits: made when it is opened. */
export function asTable<T>(table: ShownTable<T>): ShownTable<T> {
  const cut = note('')
  const details = element('details', {}, [
    element('summary', {}, ['Show as a table']),
    table.node,
    cut,
  ])
  let rows: readonly T[] = []
  let units: Readonly<Record<string, string>> | undefined
  const fill = () => {
    if (!details.open) return
    table.update(rows.slice(0, mostRows), units)
    cut.hidden = rows.length <= mostRows
    cut.textContent = `The first ${mostRows} of ${rows.length} rows.`
  }
  details.addEventListener('toggle', fill)
  return {
    node: details,
    update: (newer, newerUnits) => {
      rows = newer
      units = newerUnits
      fill()
    },
  }
}

export function badge(text: string, mood: 'good' | 'bad' | 'open' | 'plain'): HTMLElement {
  return element('span', { class: `badge ${mood}` }, [text])
}
