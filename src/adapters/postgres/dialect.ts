/** How Postgres writes SQL. */
import { type SeedType, standardDialect } from '../../core/dialect.ts'
import { listTextIn } from '../../core/list-text.ts'

const seedTypes = {
  integer: 'integer',
  bigint: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp with time zone',
  text: 'text',
} as const satisfies Record<SeedType, string>

const typeAliases: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['double', 'double precision'],
  ['datetime', 'timestamp'],
  ['blob', 'bytea'],
])

export const postgresDialect = standardDialect({
  name: 'postgres',
  // Postgres cuts longer names in silence.
  maxIdentifierBytes: 63,
  supportsViewsBoundByName: false,
  hasCaseSensitiveNames: true,
  plainNumeric: 'numeric',
  listText: listTextIn({ opening: '{', closing: '}', quotesJson: true }),
  seedType: (type) => seedTypes[type],
  widerText,
  typeAlias: (type) => {
    const [, name = type, brackets = ''] = /^(.*?)((?: *\[\d*\])*)$/s.exec(type) ?? []
    return `${typeAliases.get(name.toLowerCase()) ?? name}${brackets}`
  },
  hasNamedConstraints: true,
  hasForeignKeys: true,
  hasRoles: true,
  writesParquet: false,
})

function widerText(held: string, needed: string): string | undefined {
  const [room, wanted] = [roomOf(held), roomOf(needed)]
  if (room === undefined || wanted === undefined || wanted <= room) return undefined
  // A `character(n)` would fill what it holds with blanks.
  return wanted === Infinity ? 'text' : `character varying(${wanted})`
}

/** In characters; undefined: no text. */
function roomOf(dataType: string): number | undefined {
  if (dataType === 'text' || dataType === 'character varying') return Infinity
  const [, length] = /^character(?: varying)?\((\d+)\)$/.exec(dataType) ?? []
  return length === undefined ? undefined : Number(length)
}
