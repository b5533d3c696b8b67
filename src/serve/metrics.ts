/** Figures for Prometheus, as those who count see them. */
export interface ServeMetrics {
  /** The same name twice is the same counter. Names: `assay_..._total`. */
  counter(name: string, help: string, labels?: readonly string[]): Counter
  gauge(name: string, help: string, labels?: readonly string[]): Gauge
  /** In seconds. */
  histogram(name: string, help: string, labels?: readonly string[]): Histogram
}

export type Labels = Readonly<Record<string, string>>

export interface Counter {
  add(count: number, labels?: Labels): void
}

export interface Gauge {
  set(value: number, labels?: Labels): void
}

export interface Histogram {
  observe(seconds: number, labels?: Labels): void
}
