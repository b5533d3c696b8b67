/** The style of a report's page: light and dark, on paper too, without a font or picture from elsewhere. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1c2230; --muted: #5c6575; --line: #d9dee7; --soft: #f4f6fa;
  --good: #13774b; --bad: #b3261e; --open: #3557a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151c; --text: #e7eaf0; --muted: #a2abba; --line: #333a47; --soft: #1b202a;
    --good: #5fd39b; --bad: #ff8f85; --open: #93b4ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p { max-width: 46rem; margin: .5rem 0 1rem; }
.lead, figcaption, caption, footer { color: var(--muted); }
.verdict { border-left: 4px solid var(--open); background: var(--soft); padding: .9rem 1.1rem; border-radius: 0 6px 6px 0; font-size: 1.1rem; max-width: none; }
.verdict.good { border-color: var(--good); }
.verdict.bad { border-color: var(--bad); }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
caption { text-align: left; padding-bottom: .35rem; font-size: .875rem; }
th, td { text-align: left; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number, tbody th { white-space: nowrap; }
td:last-child { min-width: 6rem; }
th:last-child, td:last-child { padding-right: 0; }
td.good { color: var(--good); }
td.bad { color: var(--bad); font-weight: 600; }
figure { margin: 1rem 0 1.5rem; }
figure > div { overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; max-width: 48rem; color: var(--text); font-size: 12px; overflow: visible; }
figcaption { font-size: .875rem; margin-top: .35rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem; }
:focus-visible { outline: 2px solid var(--open); outline-offset: 2px; }
@media print { body { font-size: 11pt; } main { max-width: none; padding: 0; } section { break-inside: avoid; } .wide { overflow: visible; } }
`
