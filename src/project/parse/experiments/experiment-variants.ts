/** The variants of an experiment: each named once, one control, shares that make a whole. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { VariantValue } from '../../../core/node/experiment.ts'
import type { ExperimentEntry, VariantEntry } from '../../read/properties/experiment-entry.ts'

/** Shares written by hand are rounded: thirds as 0.33, 0.33, 0.34, or as 0.3333. */
const tolerance = 1e-3

export function variantsOf(
  entry: ExperimentEntry,
  isFixed: boolean,
  faults: Diagnostic[],
): readonly VariantValue[] {
  const { variants } = entry
  checkNames(entry, faults)
  const shares = sharesOf(entry, faults)
  const control = controlOf(variants, isFixed, faults)
  return variants.map((variant, index) => ({
    name: variant.name,
    label: variant.label ?? variant.name,
    share: shares[index] ?? 0,
    price: variant.price ?? null,
    cost: variant.cost ?? null,
    is_control: variant === control,
    budget: variant.budget ?? null,
    stock: variant.stock ?? null,
  }))
}

function checkNames({ name, variants }: ExperimentEntry, faults: Diagnostic[]): void {
  const first = new Map<string, VariantEntry>()
  for (const variant of variants) {
    const known = first.get(variant.name)
    if (known === undefined) first.set(variant.name, variant)
    else {
      faults.push(
        errorDiagnostic({
          code: 'duplicate-name',
          message: `expected one variant named "${variant.name}" in the experiment "${name}", found a second one`,
          span: variant.span,
          related: [{ message: 'first defined here', span: known.span }],
        }),
      )
    }
  }
}

/** Those without one part what the others leave; the sum is 1 to the last digit. */
function sharesOf(
  { name, span, variants }: ExperimentEntry,
  faults: Diagnostic[],
): readonly number[] {
  const given = variants.flatMap(({ share }) => (share === undefined ? [] : [share.value]))
  const sum = given.reduce((total, share) => total + share, 0)
  const open = variants.length - given.length
  const isWhole = open === 0 ? Math.abs(sum - 1) <= tolerance : sum < 1 + tolerance
  if (!isWhole) {
    const last = variants.findLast(({ share }) => share !== undefined)?.share
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected shares of the experiment "${name}" that sum to 1, found ${String(Number(sum.toPrecision(6)))}`,
        span: last?.span ?? span,
        hint: 'leave "share" out where the rest is to be parted equally',
      }),
    )
    return variants.map(() => 0)
  }
  const rest = open === 0 ? 0 : Math.max(0, 1 - sum) / open
  const whole = open === 0 ? sum : Math.max(sum, 1)
  return variants.map(({ share }) => (share === undefined ? rest : share.value / whole))
}

/** The first of a fixed test when none is said to be it; a bandit needs none. */
function controlOf(
  variants: readonly VariantEntry[],
  isFixed: boolean,
  faults: Diagnostic[],
): VariantEntry | undefined {
  const [said, second] = variants.filter(({ isControl }) => isControl)
  if (said !== undefined && second !== undefined) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected one control, found "${said.name}" and "${second.name}"`,
        span: second.span,
        related: [{ message: 'the first is here', span: said.span }],
      }),
    )
  }
  return said ?? (isFixed ? variants[0] : undefined)
}
