import { type Html, html } from "./html.ts";
import type { Schema } from "./open-api.ts";

const indent = "  ";

/** Renders a schema as a TypeScript type, with links to named schemas. */
export function schemaText(schema: Schema, level = 0): Html {
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
