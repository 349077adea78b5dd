import type { Scope } from "../live/index.ts";
import type { Access } from "./access.ts";
import type { App } from "./app.ts";
import { isCallback, isHealth, isPage } from "./areas.ts";
import { purposeOf } from "./token-routes.ts";

declare module "fastify" {
	interface FastifyRequest {
		/** What whoever asks may do. Only where a key is needed. */
		scope: Scope;
	}
}

/** Refuses foreign pages before anything else is done for them: what they ask for, and whether they may ask for it. */
export function guardSources(app: App, access: Access): void {
	app.addHook("onRequest", async ({ raw }) => access.checkSource(raw));
}

/** Checks the key of every request, unknown routes included. */
export function guardRequests(app: App, access: Access): void {
	app.decorateRequest("scope");
	app.addHook("onRequest", async (request) => {
		const { raw, url, headers } = request;
		if (isHealth(url) || isCallback(raw.method, url)) return;
		if (isPage(url)) return access.admitWithoutKey(raw);
		request.scope = access.admit(raw, access.bearerKey(headers.authorization));
		request.scope.require(purposeOf(request));
	});
}
