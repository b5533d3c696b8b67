/** A target's extensions, secrets, attached databases and limits to an instance that has them. */
import { ConnectionError } from '../../../core/database/database-errors.ts'
import type { AttachedDatabase, DuckdbSecret, DuckdbTarget } from '../../../core/target.ts'
import { type Connection, identifier, literal, optionText } from '../connection.ts'
import { explainDuckdbError } from '../errors.ts'
import type { OpenInstance } from './instance-registry.ts'

/** It all holds for the whole instance, so the last adapter to open it has the word. Throws a `ConnectionError`. */
export async function setUpInstance(
  connection: Connection,
  { memoryLimit, tempDirectory, extras }: DuckdbTarget,
  instance: OpenInstance,
): Promise<void> {
  if (memoryLimit !== undefined) {
    await connection.run(`set memory_limit = ${literal(memoryLimit)}`)
  }
  if (tempDirectory !== undefined) {
    await connection.run(`set temp_directory = ${literal(tempDirectory)}`)
  }
  for (const name of extras.extensions) await load(connection, name)
  for (const secret of extras.secrets) await createSecret(connection, secret)
  for (const database of extras.attach) await attach(connection, database, instance)
}

async function load(connection: Connection, name: string): Promise<void> {
  const quoted = identifier(name)
  try {
    await connection.run(`load ${quoted}`)
  } catch {
    try {
      await connection.run(`install ${quoted}`)
      await connection.run(`load ${quoted}`)
    } catch (error) {
      throw refused(`could not load the extension "${name}"`, error, {
        hint: 'check the name under `extensions:`; installing it needs the network',
        hidden: [],
      })
    }
  }
}

async function createSecret(
  connection: Connection,
  { name, options }: DuckdbSecret,
): Promise<void> {
  const list = Object.entries(options).map(
    ([key, value]) => `${identifier(key)} ${optionText(value)}`,
  )
  try {
    await connection.run(
      `create or replace temporary secret ${identifier(name)} (${list.join(', ')})`,
    )
  } catch (error) {
    throw refused(`could not create the secret "${name}"`, error, {
      hint: 'check `secrets:` of the target, and that `extensions:` has what its type needs',
      hidden: Object.entries(options).flatMap(([key, value]) =>
        key === 'type' || key === 'provider' ? [] : [String(value)],
      ),
    })
  }
}

async function attach(
  connection: Connection,
  { path, alias, type, isReadOnly }: AttachedDatabase,
  instance: OpenInstance,
): Promise<void> {
  if (type === undefined && path.startsWith('/')) instance.claim(path)
  const options = [
    ...(type === undefined ? [] : [`type ${identifier(type)}`]),
    ...(isReadOnly ? ['read_only'] : []),
  ]
  const suffix = options.length === 0 ? '' : ` (${options.join(', ')})`
  try {
    await connection.run(`attach if not exists ${literal(path)} as ${identifier(alias)}${suffix}`)
  } catch (error) {
    throw refused(`could not attach the database "${alias}"`, error, {
      hint: 'check its path and type under `attach:`',
      hidden: type === undefined || type === 'sqlite' ? [] : [path],
    })
  }
}

/** DuckDB repeats what it was told: a connection string or a key must not be shown. */
function refused(
  what: string,
  error: unknown,
  { hint, hidden }: { readonly hint: string; readonly hidden: readonly string[] },
): ConnectionError {
  const { message } = explainDuckdbError(error)
  const shown = hidden
    .filter((value) => value.length > 2)
    .reduce((text, value) => text.replaceAll(value, '*****'), message)
  return new ConnectionError('connection-failed', `${what}: ${shown}`, hint)
}
