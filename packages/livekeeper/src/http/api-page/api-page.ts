import { apiPageTexts, type Language } from "../../text/index.ts";
import { type Html, html } from "./html.ts";
import type { Content, OpenApi, Operation, Schema } from "./open-api.ts";
import { schemaText } from "./schema-text.ts";

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
