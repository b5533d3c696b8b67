/** A rendered and checked DuckDB target of assay.yml to a Target. */
import { basename, resolve } from 'node:path'
import type {
  AttachedDatabase,
  DuckdbExtras,
  DuckdbSecret,
  DuckdbTarget,
  RoleFile,
  TargetBase,
} from '../../../core/target.ts'
import {
  entriesOf,
  itemsOf,
  type PlacedMap,
  type PlacedValue,
  textOf,
  valueOf,
} from '../yaml/placed-value.ts'
import { absolute, optional, type TargetInput } from './target-input.ts'

export function readDuckdb({ map, root }: TargetInput, common: TargetBase): DuckdbTarget {
  const path = textOf(map, 'path') ?? ''
  return {
    type: 'duckdb',
    ...common,
    path: path === ':memory:' ? path : resolve(root, path),
    ...optional('memoryLimit', textOf(map, 'memory_limit')),
    ...optional('tempDirectory', absolute(root, textOf(map, 'temp_directory'))),
    extras: readExtras(map, root),
    ...optional('publishCopy', absolute(root, textOf(map, 'publish_copy'))),
    ...optional('publishFor', readRoleFiles(map, root)),
  }
}

function readRoleFiles(map: PlacedMap, root: string): readonly RoleFile[] | undefined {
  const files = entriesOf(valueOf(map, 'publish_for')).flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [{ role: key, path: resolve(root, String(value.value)) }] : [],
  )
  return files.length === 0 ? undefined : files
}

function readExtras(map: PlacedMap, root: string): DuckdbExtras {
  return {
    settings: optionsOf(valueOf(map, 'settings')),
    extensions: itemsOf(map, 'extensions').flatMap((item) => nameOfExtension(item) ?? []),
    attach: itemsOf(map, 'attach').map((item) => readAttached(item, root)),
    secrets: itemsOf(map, 'secrets').map(readSecret),
  }
}

/** `httpfs`, or dbt-duckdb's `{name: httpfs, repo: core}`. */
function nameOfExtension(item: PlacedValue): string | undefined {
  return item.kind === 'scalar' ? String(item.value) : textOf(item, 'name')
}

function readAttached(item: PlacedValue, root: string): AttachedDatabase {
  const path = item.kind === 'scalar' ? String(item.value) : (textOf(item, 'path') ?? '')
  const type = textOf(item, 'type')
  const isFile = (type === undefined || type === 'sqlite' || type === 'duckdb') && !isAddress(path)
  const stem = basename(path).replace(/\.[^.]*$/, '')
  const readOnly = valueOf(item, 'read_only')
  return {
    path: isFile ? resolve(root, path) : path,
    alias: textOf(item, 'alias') ?? stem,
    ...optional('type', type === 'duckdb' ? undefined : type),
    isReadOnly: readOnly?.kind === 'scalar' && readOnly.value === true,
  }
}

/** `s3://bucket/x`, `md:`, `:memory:`. */
function isAddress(path: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:|:)/i.test(path)
}

function readSecret(item: PlacedValue, index: number): DuckdbSecret {
  const { name, ...options } = optionsOf(item)
  return { name: name === undefined ? `assay_secret_${index + 1}` : String(name), options }
}

function optionsOf(
  value: PlacedValue | undefined,
): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    entriesOf(value).flatMap(({ key, value: option }) =>
      option.kind === 'scalar' && option.value !== null ? [[key, option.value] as const] : [],
    ),
  )
}
