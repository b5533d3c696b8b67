/** Which tests a selection takes along that it does not name, by dbt's names. */

export const indirectSelections = ['eager', 'cautious', 'buildable', 'empty'] as const

/**
 * `eager`: tests that look at any selected node; `cautious`: at selected nodes only; `buildable`: at selected nodes and
 * what those are built from; `empty`: none.
 */
export type IndirectSelection = (typeof indirectSelections)[number]
