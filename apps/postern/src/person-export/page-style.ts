/** How the page of an export looks: on a screen by day and by night, and on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c1f23; --soft: #5b636d; --paper: #fff; --line: #d5dae0; --theirs: #eef1f4; --ours: #e2f1e6 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --soft: #a3acb6; --paper: #15181b; --line: #363c43; --theirs: #23282d; --ours: #1d3526 }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem }
h2 { font-size: 1.2rem; margin: 3rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line) }
h3 { font-size: .95rem; margin: 2rem 0 .75rem; text-align: center; color: var(--soft) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem }
dt, .facts, .by, footer { color: var(--soft) }
dd { margin: 0 }
ol { list-style: none; margin: 0; padding: 0 }
li { max-width: 85%; width: fit-content; margin: 0 0 .75rem; padding: .5rem .75rem; border-radius: .6rem; background: var(--theirs) }
li.business { margin-inline-start: auto; background: var(--ours) }
time { white-space: nowrap }
.by, .note { font-size: .85rem; margin: 0 }
.body { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
.note { margin-top: .25rem; overflow-wrap: anywhere }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .85rem }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .5rem } }
@media print {
  :root { --ink: #000; --soft: #444; --paper: #fff; --line: #999; --theirs: #fff; --ours: #fff }
  main { max-width: none; padding: 0 }
  li { border: 1px solid #999; break-inside: avoid }
  h2, h3 { break-after: avoid }
}
`;
