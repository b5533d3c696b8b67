/** Rows to a table that a screen reader can walk and a narrow screen can scroll. */
import { type Child, element } from './element.ts'

export interface TableColumn<T> {
  readonly title: string
  readonly isNumeric?: boolean
  /** Names the row. */
  readonly isHead?: boolean
  readonly cell: (row: T) => Child
}

export interface TableShape<T> {
  /** Said by screen readers, and the name of the part that scrolls. */
  readonly caption: string
  readonly columns: readonly TableColumn<T>[]
  /** For those who look for a row. */
  readonly key?: (row: T) => string
}

/** Rows are replaced, the table stays: who has scrolled or is reading in it is not thrown out. */
export interface ShownTable<T> {
  readonly node: HTMLElement
  /** `units`: of columns, by their title. */
  update(rows: readonly T[], units?: Readonly<Record<string, string>>): void
}

export function createTable<T>({ caption, columns, key }: TableShape<T>): ShownTable<T> {
  const head = columns.map(({ title, isNumeric }) =>
    element('th', { scope: 'col', class: isNumeric === true ? 'number' : null }, [title]),
  )
  const body = element('tbody')
  const table = element('table', {}, [
    element('caption', { class: 'unseen' }, [caption]),
    element('thead', {}, [element('tr', {}, head)]),
    body,
  ])
  const node = element(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: 0 },
    [table],
  )
  markWhereCut(node, table)
  return {
    node,
    update: (rows, units = {}) => {
      for (const [index, { title }] of columns.entries()) {
        const unit = units[title] ?? ''
        head[index]?.replaceChildren(unit === '' ? title : `${title}, ${unit}`)
      }
      body.replaceChildren(
        ...rows.map((row) =>
          element(
            'tr',
            { 'data-key': key === undefined ? null : key(row) },
            columns.map((column) => cellOf(column, row)),
          ),
        ),
      )
    },
  }
}

/** Where columns are out of sight on the right, or rows below, that edge says so. */
function markWhereCut(node: HTMLElement, table: HTMLElement): void {
  const mark = () => {
    const right = node.scrollWidth - node.clientWidth - node.scrollLeft
    node.classList.toggle('cut', right > 1)
    const below = node.scrollHeight - node.clientHeight - node.scrollTop
    node.classList.toggle('cut-below', below > 1)
  }
  node.addEventListener('scroll', mark, { passive: true })
  const observer = new ResizeObserver(mark)
  observer.observe(node)
  observer.observe(table)
}

function cellOf<T>({ isHead, isNumeric, cell }: TableColumn<T>, row: T): HTMLElement {
  const attributes = { class: isNumeric === true ? 'number' : null }
  return isHead === true
    ? element('th', { ...attributes, scope: 'row' }, [cell(row)])
    : element('td', attributes, [cell(row)])
}
