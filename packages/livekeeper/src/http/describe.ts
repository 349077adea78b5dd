import swagger from "@fastify/swagger";
import { fastify, type RouteOptions } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { version } from "../version.ts";
import { zodSchemas } from "./app.ts";

/** Returns the routes' descriptions as OpenAPI 3.1 in English. Takes tens of milliseconds. */
export async function describe(routes: readonly RouteOptions[]): Promise<OpenApi> {
	const app = fastify({ schemaController: zodSchemas });
	await app.register(swagger, {
		openapi: {
			openapi: "3.1.0",
			info: {
				title: "livekeeper",
				version,
				description: "Keeps Douyin live rooms connected and hands their messages to browsers and programs.",
				license: { name: "MIT" },
			},
			tags: [
				{
					name: "live",
					description: "Start, stop and status under the names of the original design; times in seconds",
				},
				{ name: "rooms", description: "The same as resources; times in milliseconds" },
				{ name: "overlay tokens", description: "Read-only access without the API key" },
				{ name: "sounds", description: "Sound files that overlays play" },
				{ name: "connections", description: "Connection limits, and rooms that wait for a connection" },
				{ name: "service", description: "Backups of all stored data" },
				{ name: "health", description: "For supervisors and Prometheus" },
			],
			servers: [{ url: "/", description: "this service" }],
			components: {
				securitySchemes: {
					key: { type: "http", scheme: "bearer", description: "The API key, if the service has one" },
					overlay_token: { type: "http", scheme: "bearer", description: "An overlay token (read-only)" },
				},
			},
			security: [{ key: [] }],
		},
		transform: jsonSchemaTransform,
		transformObject: (input) => withNamedSchemas(describeAnswers(jsonSchemaTransformObject(input) as Document)),
	});
	for (const { method, url, schema } of routes) {
		app.route({ method, url, ...(schema && { schema }), exposeHeadRoute: false, handler: () => undefined });
	}
	await app.ready();
	return app.swagger() as unknown as OpenApi;
}

/** The parts of an OpenAPI document that are processed. */
interface Document {
	components?: { schemas?: Record<string, unknown> };
	paths?: Record<string, Record<string, { responses?: Record<string, { description: string }> }>>;
}

const refPrefix = "#/components/schemas/";

function refsIn(value: unknown): string[] {
	return Array.from(JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g), ([, name = ""]) => name);
}

/**
 * Names the schemas. Each exists twice, as input with the suffix `Input`, and as output. Unused ones are removed, and
 * one that is only used as input gets its plain name.
 */
function withNamedSchemas<Described extends Document>(document: Described): Described {
	const { schemas = {} } = document.components ?? {};
	const used = new Set(refsIn(document.paths));
	for (const name of used) for (const other of refsIn(schemas[name])) used.add(other);
	const nameOf = (name: string) => {
		const plain = name.replace(/Input$/, "");
		return used.has(plain) ? name : plain;
	};
	// Sorted by name, because the order in which files were loaded means nothing.
	const kept = [...used].map((name) => [nameOf(name), schemas[name]] as const).sort(([a], [b]) => (a < b ? -1 : 1));
	const components = { ...document.components, schemas: Object.fromEntries(kept) };
	return JSON.parse(JSON.stringify({ ...document, components }), (key, value) =>
		key === "$ref" && typeof value === "string" && value.startsWith(refPrefix)
			? `${refPrefix}${nameOf(value.slice(refPrefix.length))}`
			: value,
	) as Described;
}

/** Describes each response without a description by its status. */
function describeAnswers<Described extends Document>(document: Described): Described {
	for (const operation of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods))) {
		for (const [status, response] of Object.entries(operation.responses ?? {})) {
			if (response.description !== "Default Response") continue;
			response.description = answers[status] ?? status;
		}
	}
	return document;
}

const answers: Record<string, string> = {
	200: "Done",
	201: "Created",
	202: "Accepted; it is done in the background",
	204: "Done; the answer is empty",
	400: "The request is not valid; the message says what was expected",
	401: "The API key or overlay token is missing or wrong",
	403: "Not allowed from there, or not to this key",
	404: "Not found",
	409: "Not possible in the present state; the message says why",
	410: "Expired",
	413: "The body is too large",
	415: "The body is not of the type that is expected",
	429: "Too many requests; Retry-After says when to try again",
	500: "The service failed; its log says why",
	501: "Not possible with this installation; the message says why",
	502: "Douyin could not be reached",
	503: "Not possible at the moment; the message says why",
};

/** The parts of a JSON schema that the page shows. */
export interface Schema {
	$ref?: string;
	type?: string | string[];
	enum?: unknown[];
	const?: unknown;
	anyOf?: Schema[];
	oneOf?: Schema[];
	allOf?: Schema[];
	items?: Schema;
	properties?: Record<string, Schema>;
	additionalProperties?: boolean | Schema;
	required?: string[];
	description?: string;
	default?: unknown;
}

export interface Content {
	[type: string]: { schema?: Schema };
}

export interface Parameter {
	name: string;
	in: string;
	required?: boolean;
	description?: string;
	schema?: Schema;
}

export interface Operation {
	operationId?: string;
	summary?: string;
	description?: string;
	tags?: string[];
	security?: Record<string, string[]>[];
	parameters?: Parameter[];
	requestBody?: { content?: Content; required?: boolean };
	responses?: Record<string, { description?: string; content?: Content }>;
}

/** The parts of an OpenAPI document that the page shows. */
export interface OpenApi {
	info: { title: string; version: string; description?: string };
	tags?: { name: string; description?: string }[];
	paths?: Record<string, Record<string, Operation>>;
	components?: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, { description?: string }> };
}
