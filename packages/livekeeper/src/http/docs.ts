import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { App } from "./app.ts";

/** OpenAPI 3.1, made from the routes' schemas: the page at `/docs`, the document at `/docs/json`. */
export async function serveDocs(app: App): Promise<void> {
	await app.register(swagger, {
		openapi: {
			openapi: "3.1.0",
			info: {
				title: "livekeeper",
				version: "0.1.0",
				description: "Keeps Douyin live rooms connected and hands their messages to browsers and programs.",
				license: { name: "MIT" },
			},
			tags: [
				{ name: "live", description: "Start, stop and status by the names of the original design; times in seconds" },
				{ name: "rooms", description: "The same as resources; times in milliseconds" },
				{ name: "connections", description: "How many connections there may be, and who waits for one" },
				{ name: "service", description: "Backups of all that is stored" },
				{ name: "health", description: "For supervisors and Prometheus" },
			],
			components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
			security: [{ key: [] }],
		},
		transform: jsonSchemaTransform,
		transformObject: jsonSchemaTransformObject,
	});
	await app.register(swaggerUi, { routePrefix: "/docs", uiConfig: { docExpansion: "list" } });
}
