/** Columns of several relations as one list. */
import { isDict, isList, type Value, type ValueDict } from '../evaluate/value.ts'
import { argumentAt, type HelperCall, wrongType } from './helper-call.ts'
import { widestType } from './widest-type.ts'

/** Each name once, in the order of first mention and as first written, with the widest of its types. */
export function mergedColumns(call: HelperCall): Value {
  const lists = argumentAt(call, 0)
  if (!isList(lists) || !lists.every(isColumnList)) {
    return wrongType(call, 'a list of lists of columns, as (columns ..) gives them', 0)
  }
  const merged = new Map<string, Column>()
  for (const column of lists.flat()) {
    const key = column.name.toLowerCase()
    const known = merged.get(key)
    const dataType =
      known === undefined ? column.data_type : widestType(known.data_type, column.data_type)
    merged.set(key, { name: known?.name ?? column.name, data_type: dataType })
  }
  return [...merged.values()]
}

interface Column extends ValueDict {
  readonly name: string
  readonly data_type: string
}

function isColumnList(value: Value): value is readonly Column[] {
  return isList(value) && value.every(isColumn)
}

function isColumn(value: Value): value is Column {
  return (
    isDict(value) && typeof value['name'] === 'string' && typeof value['data_type'] === 'string'
  )
}
