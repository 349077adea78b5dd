import type { Scope } from "../live/index.ts";
import type { Access } from "./access.ts";
import type { App } from "./app.ts";
import { isHealth, isPage } from "./areas.ts";
import { purposeOf } from "./token-routes.ts";

declare module "fastify" {
	interface FastifyRequest {
		/** What whoever asks may do. Only where a key is needed. */
		scope: Scope;
	}
}

/** Checks every request before anything else is done for it, unknown routes included. */
export function guardRequests(app: App, access: Access): void {
	app.decorateRequest("scope");
	app.addHook("onRequest", async (request) => {
		const { raw, url, headers } = request;
		if (isHealth(url)) return access.checkSource(raw);
		if (isPage(url)) return access.admitWithoutKey(raw);
		request.scope = access.admit(raw, access.bearerKey(headers.authorization));
		request.scope.require(purposeOf(request));
	});
}
