export const rates: Readonly<Record<string, number>> = { EUR: 1, USD: 1.1 }
