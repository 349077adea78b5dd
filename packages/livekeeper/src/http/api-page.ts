import type { Language } from "@livekeeper/base/text";
import { apiPageTexts } from "../text/index.ts";
import type { Content, OpenApi, Operation, Schema } from "./describe.ts";

type Say = (name: keyof typeof apiPageTexts) => string;

/** Renders the API's description as one page without scripts. @param origin of the service, for examples */
export function apiPage(document: OpenApi, language: Language, origin: string): string {
	const say: Say = (name) => apiPageTexts[name][language];
	const { info, components = {} } = document;
	const other =
		language === "zh"
			? html`<a href="/docs?lang=en" lang="en" hreflang="en">English</a>`
			: html`<a href="/docs?lang=zh" lang="zh" hreflang="zh">中文</a>`;
	const page = html`<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>livekeeper API</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header>
<h1>livekeeper API <small>${info.version}</small></h1>
<p>${info.description}</p>
<nav aria-label="${say("pages")}"><a href="/">${say("dashboard")}</a> <a href="/docs/json?lang=${language}">OpenAPI JSON</a> <a href="/docs/yaml?lang=${language}">OpenAPI YAML</a> ${other}</nav>
</header>
<main>
${sections(document, say, origin)}
<section aria-labelledby="schemas">
<h2 id="schemas">${say("schemas")}</h2>
${Object.entries(components.schemas ?? {}).map(([name, schema]) => schemaPart(name, schema))}
</section>
</main>
</body>
</html>
`;
	return page.text;
}

/** Groups operations by their first tag, in the order of the described tags. */
function sections({ tags = [], paths = {} }: OpenApi, say: Say, origin: string): Html[] {
	const described = new Map(tags.map(({ name, description }) => [name, description]));
	const byTag = new Map<string, Html[]>([...described.keys()].map((name) => [name, []]));
	for (const [path, methods] of Object.entries(paths)) {
		for (const [method, operation] of Object.entries(methods)) {
			const [tag = ""] = operation.tags ?? [];
			byTag.set(tag, [...(byTag.get(tag) ?? []), operationPart({ method, path, origin }, operation, say)]);
		}
	}
	return Array.from(
		byTag,
		([tag, operations], at) => html`<section aria-labelledby="tag-${at}">
<h2 id="tag-${at}">${tag}</h2>
<p>${described.get(tag)}</p>
${operations}
</section>
`,
	);
}

interface Place {
	method: string;
	path: string;
	origin: string;
}

function operationPart({ method, path, origin }: Place, operation: Operation, say: Say): Html {
	const { operationId, summary, description, parameters = [], requestBody, responses = {}, security } = operation;
	const needsNoKey = security?.length === 0;
	const byToken = security?.some((one) => "overlay_token" in one) ?? false;
	const rights = needsNoKey ? say("noKey") : byToken ? say("keyOrToken") : say("key");
	const isRead = method === "get";
	const curl = `curl ${isRead ? "" : `-X ${method.toUpperCase()} `}${needsNoKey ? "" : '-H "Authorization: Bearer $KEY" '}${
		requestBody ? "-H \"Content-Type: application/json\" -d '{…}' " : ""
	}${origin}${path}`;
	return html`<details id="${operationId}">
<summary><b class="${method}">${method.toUpperCase()}</b> <code>${path}</code> <span>${summary}</span></summary>
${description === undefined ? undefined : html`<p>${description}</p>`}
<p>${rights}</p>
<pre>${curl}</pre>
${
	parameters.length === 0
		? undefined
		: table(
				say("parameters"),
				parameters.map(({ name, in: where, required, description: said, schema = {} }) => [
					html`<code>${name}</code>`,
					html`${say(where === "path" ? "inPath" : where === "query" ? "inQuery" : "inHeader")}${required ? html`, ${say("required")}` : undefined}`,
					html`<code>${schemaText(schema)}</code>${schema.default === undefined ? undefined : html` = <code>${JSON.stringify(schema.default)}</code>`}`,
					html`${said}`,
				]),
			)
}
${requestBody ? html`<h3>${say("body")}</h3>${contentPart(requestBody.content)}` : undefined}
<h3>${say("answers")}</h3>
${Object.entries(responses).map(([status, answer]) => html`<p><b>${status}</b> ${answer.description}</p>${status < "300" ? contentPart(answer.content) : undefined}`)}
</details>
`;
}

function table(title: string, rows: readonly (readonly Html[])[]): Html {
	return html`<h3>${title}</h3><table><tbody>${rows.map(([head, ...cells]) => html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
}

function contentPart(content: Content = {}): Html[] {
	return Object.entries(content).map(
		([type, { schema = {} }]) => html`<p><code>${type}</code></p><pre>${schemaText(schema)}</pre>`,
	);
}

function schemaPart(name: string, schema: Schema): Html {
	return html`<details id="schema-${name}"><summary><code>${name}</code></summary><pre>${schemaText(schema)}</pre></details>
`;
}

const indent = "  ";

/** Renders a schema as a TypeScript type, with links to named schemas. */
function schemaText(schema: Schema, level = 0): Html {
	if (schema.$ref !== undefined) {
		const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
		return html`<a href="#schema-${name}">${name}</a>`;
	}
	if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`;
	if (schema.enum)
		return joined(
			schema.enum.map((value) => html`${JSON.stringify(value)}`),
			" | ",
		);
	const choices = schema.anyOf ?? schema.oneOf;
	if (choices)
		return joined(
			choices.map((choice) => schemaText(choice, level)),
			" | ",
		);
	if (schema.allOf)
		return joined(
			schema.allOf.map((part) => schemaText(part, level)),
			" & ",
		);
	if (schema.properties) return objectText(schema, level);
	if (schema.type === "array") return html`${schemaText(schema.items ?? {}, level)}[]`;
	if (typeof schema.additionalProperties === "object") {
		return html`{ [name]: ${schemaText(schema.additionalProperties, level)} }`;
	}
	return html`${[schema.type ?? "any"].flat().join(" | ")}`;
}

function objectText({ properties = {}, required = [] }: Schema, level: number): Html {
	const margin = indent.repeat(level + 1);
	const lines = Object.entries(properties).map(([name, property]) => {
		const optional = required.includes(name) ? "" : "?";
		const said = property.description === undefined ? undefined : html`<i> // ${property.description}</i>`;
		return html`${margin}${name}${optional}: ${schemaText(property, level + 1)}${said}\n`;
	});
	return html`{\n${lines}${indent.repeat(level)}}`;
}

function joined(parts: readonly Html[], between: string): Html {
	return html`${parts.flatMap((part, at) => (at === 0 ? [part] : [between, part]))}`;
}

/** Text that is HTML already. Anything else in a page is escaped. */
class Html {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

type Part = Html | string | number | undefined | readonly Part[];

/** Template tag for HTML. Escapes its values, except those that are HTML. */
function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
	return new Html(strings.reduce((text, string, at) => text + textOf(parts[at - 1]) + string));
}

function textOf(part: Part): string {
	if (part === undefined) return "";
	if (part instanceof Html) return part.text;
	if (typeof part === "object") return part.map((one) => textOf(one)).join("");
	return String(part).replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

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
