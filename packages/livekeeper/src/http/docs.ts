import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { apiText, type Language, languageOf } from "../text/index.ts";
import { version } from "../version.ts";
import type { App } from "./app.ts";

/**
 * OpenAPI 3.1, made from the routes' schemas: the page at `/docs`, the document at `/docs/json`, in the language that is
 * asked for.
 */
export async function serveDocs(app: App): Promise<void> {
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
				{ name: "live", description: "Start, stop and status by the names of the original design; times in seconds" },
				{ name: "rooms", description: "The same as resources; times in milliseconds" },
				{ name: "overlay tokens", description: "Who may read, and no more, without the API key" },
				{ name: "connections", description: "How many connections there may be, and who waits for one" },
				{ name: "service", description: "Backups of all that is stored" },
				{ name: "health", description: "For supervisors and Prometheus" },
			],
			servers: [{ url: "/", description: "this service" }],
			components: {
				securitySchemes: {
					key: { type: "http", scheme: "bearer", description: "The API key, where the service has one" },
					overlay_token: { type: "http", scheme: "bearer", description: "An overlay token, which may only read" },
				},
			},
			security: [{ key: [] }],
		},
		transform: jsonSchemaTransform,
		transformObject: (input) => describeAnswers(jsonSchemaTransformObject(input) as Document),
	});
	await app.register(swaggerUi, {
		routePrefix: "/docs",
		uiConfig: { docExpansion: "list" },
		transformSpecificationClone: false,
		transformSpecification: (document, request) => inLanguage(document, languageOf(request)),
	});
}

/** What is looked at of an OpenAPI document. */
interface Document {
	paths?: Record<string, Record<string, { summary?: string; responses?: Record<string, { description: string }> }>>;
}

/** The document with what is said to people in that language. */
function inLanguage<Described>(described: Described, language: Language): Described {
	if (language === "en" || typeof described !== "object" || described === null) return described;
	if (Array.isArray(described)) return described.map((item) => inLanguage(item, language)) as Described;
	const entries = Object.entries(described).map(([name, value]) => {
		const isText = (name === "summary" || name === "description") && typeof value === "string";
		return [name, isText ? apiText(value)[language] : inLanguage(value, language)];
	});
	return Object.fromEntries(entries) as Described;
}

/** Where a route says nothing of an answer, its status and the route's own summary say what it is. */
function describeAnswers<Described extends Document>(document: Described): Described {
	for (const operation of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods))) {
		for (const [status, response] of Object.entries(operation.responses ?? {})) {
			if (response.description !== "Default Response") continue;
			response.description = answers[status] ?? operation.summary ?? "Done";
		}
	}
	return document;
}

const answers: Record<string, string> = {
	201: "Created",
	204: "Done; there is nothing to tell",
	400: "The request is not valid; the message says what was expected",
	401: "The API key or overlay token is missing or wrong",
	403: "Not allowed from there, or not to this key",
	404: "There is no such thing",
	409: "It can't be done as things are; the message says why",
	410: "It has expired",
	413: "The body is too large",
	415: "The body is not JSON",
	429: "Too many requests; Retry-After says when to come again",
	500: "The service failed; its log says why",
	502: "The upstream could not be asked",
	503: "The service can't do it now; the message says why",
};
