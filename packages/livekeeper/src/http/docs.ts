import swagger from "@fastify/swagger";
import type { FastifyReply, FastifyRequest } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { stringify } from "yaml";
import { apiText, type Language, languageOf } from "../text/index.ts";
import { version } from "../version.ts";
import { apiPage } from "./api-page/api-page.ts";
import type { OpenApi } from "./api-page/open-api.ts";
import { apiPageStyle } from "./api-page/style.ts";
import type { App } from "./app.ts";
import { contentSecurityPolicy } from "./page.ts";

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
		transformObject: (input) => withNamedSchemas(describeAnswers(jsonSchemaTransformObject(input) as Document)),
	});
	serveDocuments(app);
}

/** What examples name where the service does not listen yet. */
const defaultPort = 7001;

/** What each form of the description is made by, and what it is sent as. */
const forms = {
	"/docs": { type: "text/html; charset=utf-8", make: apiPage },
	"/docs/json": { type: "application/json; charset=utf-8", make: (document: OpenApi) => JSON.stringify(document) },
	"/docs/yaml": { type: "application/yaml; charset=utf-8", make: (document: OpenApi) => stringify(document) },
} as const satisfies Record<
	string,
	{ type: string; make: (document: OpenApi, language: Language, origin: string) => string }
>;
const paths = Object.keys(forms) as (keyof typeof forms)[];

/** The description in each form and language, made once: it takes tens of milliseconds, and anybody may ask for it. */
export class ApiDocuments {
	readonly #made = new Map<string, Buffer>();
	readonly #describe: () => OpenApi;
	readonly #origin: () => string;

	/** @param origin where the service listens, as examples name it */
	constructor(describe: () => OpenApi, origin: () => string) {
		this.#describe = describe;
		this.#origin = origin;
	}

	get(path: keyof typeof forms, language: Language): Buffer {
		const key = `${path} ${language}`;
		let document = this.#made.get(key);
		if (!document) {
			document = Buffer.from(forms[path].make(inLanguage(this.#describe(), language), language, this.#origin()));
			this.#made.set(key, document);
		}
		return document;
	}
}

function serveDocuments(app: App): void {
	const origin = () => {
		const address = app.server.address();
		return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : defaultPort}`;
	};
	const documents = new ApiDocuments(() => app.swagger() as unknown as OpenApi, origin);
	for (const path of paths) {
		app.get(path, { schema: { hide: true } }, (request: FastifyRequest, reply: FastifyReply) => {
			if (path === "/docs") reply.header("content-security-policy", contentSecurityPolicy);
			return reply
				.type(forms[path].type)
				.header("vary", "accept-language")
				.send(documents.get(path, languageOf(request)));
		});
	}
	app.get("/docs/style.css", { schema: { hide: true } }, (_request: FastifyRequest, reply: FastifyReply) =>
		reply.type("text/css; charset=utf-8").send(apiPageStyle),
	);
}

/** What is looked at of an OpenAPI document. */
interface Document {
	components?: { schemas?: Record<string, unknown> };
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

const refPrefix = "#/components/schemas/";

function refsIn(value: unknown): string[] {
	return Array.from(JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g), ([, name = ""]) => name);
}

/**
 * Every schema is made once as it comes in, its name with `Input` behind it, and once as it goes out. Those that nothing
 * refers to go, and one that only comes in has its own name.
 */
function withNamedSchemas<Described extends Document>(document: Described): Described {
	const { schemas = {} } = document.components ?? {};
	const used = new Set(refsIn(document.paths));
	for (const name of used) for (const other of refsIn(schemas[name])) used.add(other);
	const nameOf = (name: string) => {
		const plain = name.replace(/Input$/, "");
		return used.has(plain) ? name : plain;
	};
	// By name: which file was loaded first says nothing.
	const kept = [...used].map((name) => [nameOf(name), schemas[name]] as const).sort(([a], [b]) => (a < b ? -1 : 1));
	const components = { ...document.components, schemas: Object.fromEntries(kept) };
	return JSON.parse(JSON.stringify({ ...document, components }), (key, value) =>
		key === "$ref" && typeof value === "string" && value.startsWith(refPrefix)
			? `${refPrefix}${nameOf(value.slice(refPrefix.length))}`
			: value,
	) as Described;
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
