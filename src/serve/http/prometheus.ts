/** Figures in the text form of Prometheus: those of the process, of every request, and what others count. */
import client from 'prom-client'
import type { Labels, ServeMetrics } from '../metrics.ts'
import type { Served } from '../served.ts'

export class PrometheusMetrics implements ServeMetrics {
  readonly #registry = new client.Registry()
  readonly #requests: client.Histogram<'method' | 'route' | 'status'>

  constructor() {
    client.collectDefaultMetrics({ register: this.#registry })
    this.#requests = new client.Histogram({
      name: 'assay_http_request_duration_seconds',
      help: 'Requests by route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [this.#registry],
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  async text(): Promise<string> {
    return await this.#registry.metrics()
  }

  served({ method, route = 'none', status, elapsedMs }: Served): void {
    this.#requests.observe({ method, route, status: String(status) }, elapsedMs / 1000)
  }

  counter(name: string, help: string, labels: readonly string[] = []) {
    const known = this.#counters.get(name)
    const counter =
      known ??
      new client.Counter({ name, help, labelNames: [...labels], registers: [this.#registry] })
    this.#counters.set(name, counter)
    return { add: (count: number, values: Labels = {}) => counter.inc({ ...values }, count) }
  }
  readonly #counters = new Map<string, client.Counter>()

  gauge(name: string, help: string, labels: readonly string[] = []) {
    const known = this.#gauges.get(name)
    const gauge =
      known ??
      new client.Gauge({ name, help, labelNames: [...labels], registers: [this.#registry] })
    this.#gauges.set(name, gauge)
    return { set: (value: number, values: Labels = {}) => gauge.set({ ...values }, value) }
  }
  readonly #gauges = new Map<string, client.Gauge>()

  histogram(name: string, help: string, labels: readonly string[] = []) {
    const known = this.#histograms.get(name)
    const histogram =
      known ??
      new client.Histogram({ name, help, labelNames: [...labels], registers: [this.#registry] })
    this.#histograms.set(name, histogram)
    return {
      observe: (seconds: number, values: Labels = {}) => histogram.observe({ ...values }, seconds),
    }
  }
  readonly #histograms = new Map<string, client.Histogram>()
}
