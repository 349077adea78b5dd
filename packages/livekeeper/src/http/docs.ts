import { type Language, languageOf } from "@livekeeper/base/text";
import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { apiText } from "../text/index.ts";
import { apiPage, apiPageStyle } from "./api-page.ts";
import type { App } from "./app.ts";
import type { OpenApi } from "./describe.ts";
import { contentSecurityPolicy } from "./page.ts";

/**
 * Serves OpenAPI 3.1, generated from the schemas of the routes that are added after this: the page at `/docs`, the
 * document at `/docs/json`, in the requested language.
 */
export function serveDocs(app: App): void {
	const routes: RouteOptions[] = [];
	app.addHook("onRoute", (route) => void routes.push(route));
	const origin = () => {
		const address = app.server.address();
		return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : defaultPort}`;
	};
	// Loaded on demand, because it takes long and may never be needed.
	const describe = async () => (await import("./describe.ts")).describe(routes);
	const documents = new ApiDocuments(describe, origin);
	for (const path of paths) {
		app.get(path, { schema: { hide: true } }, async (request: FastifyRequest, reply: FastifyReply) => {
			if (path === "/docs") reply.header("content-security-policy", contentSecurityPolicy);
			const document = await documents.get(path, languageOf(request));
			return reply.type(forms[path].type).header("vary", "accept-language").send(document);
		});
	}
	app.get("/docs/style.css", { schema: { hide: true } }, (_request: FastifyRequest, reply: FastifyReply) =>
		reply.type("text/css; charset=utf-8").send(apiPageStyle),
	);
}

/** Port in examples until the service listens. */
const defaultPort = 7001;

/** Generator and content type of each form of the description. */
const forms = {
	"/docs": { type: "text/html; charset=utf-8", make: apiPage },
	"/docs/json": { type: "application/json; charset=utf-8", make: (document: OpenApi) => JSON.stringify(document) },
	"/docs/yaml": {
		type: "application/yaml; charset=utf-8",
		make: async (document: OpenApi) => (await import("yaml")).stringify(document),
	},
} as const satisfies Record<
	string,
	{ type: string; make: (document: OpenApi, language: Language, origin: string) => string | Promise<string> }
>;
const paths = Object.keys(forms) as (keyof typeof forms)[];

/**
 * The description in each form and language, generated once: it takes tens of milliseconds, and any client may request
 * it.
 */
export class ApiDocuments {
	readonly #made = new Map<string, Promise<Buffer>>();
	readonly #describe: () => Promise<OpenApi>;
	readonly #origin: () => string;

	/** @param origin address of the service in examples */
	constructor(describe: () => Promise<OpenApi>, origin: () => string) {
		this.#describe = describe;
		this.#origin = origin;
	}

	get(path: keyof typeof forms, language: Language): Promise<Buffer> {
		const key = `${path} ${language}`;
		let document = this.#made.get(key);
		if (!document) {
			document = this.#make(path, language);
			this.#made.set(key, document);
			// The next request retries a failed one.
			document.catch(() => this.#made.delete(key));
		}
		return document;
	}

	async #make(path: keyof typeof forms, language: Language): Promise<Buffer> {
		const english = await this.#describe();
		const described = language === "en" ? english : withTexts(english, (place, text) => apiText(place)?.zh ?? text);
		return Buffer.from(await forms[path].make(described, language, this.#origin()));
	}
}

/** Parts of a document whose names do not identify the subject of a text in them. */
const structure = new Set([
	...["paths", "components", "schemas", "securitySchemes", "properties", "items", "schema", "content"],
	...["application/json", "parameters", "requestBody", "responses"],
]);

/**
 * Returns the document with its texts replaced.
 *
 * @param say returns a text, given the names on the way to it (operations, answers, schemas, fields, parameters) and
 * its original
 * @param areNames whether the keys are names defined by the document, not parts of it
 */
export function withTexts<Described>(
	described: Described,
	say: (place: readonly string[], text: string) => string,
	place: readonly string[] = [],
	areNames = false,
): Described {
	if (typeof described !== "object" || described === null) return described;
	if (Array.isArray(described)) return described.map((one) => withTexts(one, say, place)) as Described;
	const { operationId, name } = described as { operationId?: unknown; name?: unknown };
	const own = areNames ? undefined : [operationId, name].find((one) => typeof one === "string");
	const here = own === undefined ? place : [...place, own];
	const entries = Object.entries(described).map(([key, value]) => {
		const isText = (key === "summary" || key === "description") && typeof value === "string";
		if (isText) return [key, say(key === "description" && operationId ? [...here, "more"] : here, value)];
		const isPart = !areNames && structure.has(key);
		return [key, withTexts(value, say, isPart ? here : [...here, key], isPart && key === "properties")];
	});
	return Object.fromEntries(entries) as Described;
}
