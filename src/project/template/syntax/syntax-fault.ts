/** Carries what is wrong with a template's syntax out of the parser, which can only be stopped by throwing. */
import type { Range } from './source-text.ts'

export interface SyntaxFaultDetails {
  readonly message: string
  readonly range: Range
  readonly hint?: string
  readonly related?: { readonly message: string; readonly range: Range }
}

export class SyntaxFault extends Error {
  readonly details: SyntaxFaultDetails
  constructor(details: SyntaxFaultDetails) {
    super(details.message)
    this.name = 'SyntaxFault'
    this.details = details
  }
}
