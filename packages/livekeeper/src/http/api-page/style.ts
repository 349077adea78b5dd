/** Styles of the page: the dashboard's colours, in the browser's preferred theme. */
export const apiPageStyle = `
:root {
	color-scheme: light dark;
	--bg: light-dark(#f6f7f7, #101413);
	--surface: light-dark(#ffffff, #171c1b);
	--line: light-dark(#dfe4e2, #2b3432);
	--text: light-dark(#17211e, #e6ecea);
	--muted: light-dark(#55625e, #9fada8);
	--accent: light-dark(#0b6b5f, #4fc3ae);
	--warn: light-dark(#8a5a00, #e3b04b);
	--bad: light-dark(#b3261e, #f2877f);
	--info: light-dark(#1d5fae, #7fb2ef);
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 64rem; background: var(--bg); color: var(--text); font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { margin: 0; font-size: 1.6rem; }
h1 small { color: var(--muted); font-size: 1rem; font-weight: normal; }
h2 { margin: 2.5rem 0 0; font-size: 1.2rem; }
h3 { margin: 1rem 0 0.25rem; font-size: 1rem; }
p { margin: 0.25rem 0; }
header p, section > p, summary span { color: var(--muted); }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
a { color: var(--accent); }
details { margin: 0.5rem 0; padding: 0 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--surface); }
details[open] { padding-bottom: 1rem; }
details:target { border-color: var(--accent); }
summary { margin: 0 -1rem; padding: 0.6rem 1rem; cursor: pointer; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
b.get { color: var(--info); }
b.post, b.put, b.patch { color: var(--warn); }
b.delete { color: var(--bad); }
code, pre { font: 0.875rem/1.55 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 0.5rem 0; padding: 0.75rem; border-radius: 0.375rem; background: var(--bg); white-space: pre-wrap; }
pre i { color: var(--muted); font-style: normal; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.35rem 0.75rem 0.35rem 0; border-top: 1px solid var(--line); text-align: start; vertical-align: top; overflow-wrap: anywhere; }
@media (max-width: 40rem) { th, td { display: block; border: 0; padding: 0; } tr { display: block; padding: 0.4rem 0; border-top: 1px solid var(--line); } }
`;
