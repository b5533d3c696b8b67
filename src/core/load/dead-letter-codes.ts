/** Why a record became a dead letter: every code with a sentence; the docs page is made from this list. */
export const deadLetterCodes = {
  'invalid-json': 'The line is not JSON.',
  'not-an-object': 'The line is JSON, but no object with fields.',
  'invalid-csv': 'The line is not a CSV record with as many fields as its header.',
  'invalid-encoding':
    'The line is not text in the encoding of its file, or a text holds half of a character.',
  'record-too-long': 'The record has more bytes than `max_record_bytes`.',
  'missing-field': 'A field that is declared not null is absent or null.',
  'no-declared-field': 'No field of the record is a declared column: all of its row would be NULL.',
  'unknown-field':
    'The record has a field that is not declared, and `extra_fields` is `dead_letter`.',
  'wrong-type': 'A value is not of the declared type.',
  'out-of-range': 'A number or text is greater than the declared type holds.',
  'nul-character': 'A text holds the character NUL, which no database keeps.',
  'breaks-schema': 'The record breaks a rule of the file named by `json_schema`.',
  'database-refused': 'The database refused the row; the message is its own.',
} as const satisfies Readonly<Record<string, string>>

export type DeadLetterCode = keyof typeof deadLetterCodes
