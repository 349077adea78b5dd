import type { Scope } from "../live/index.ts";
import type { Party } from "../outputs/readers/index.ts";
import type { Access } from "./access.ts";
import type { App } from "./app.ts";
import { isCallback, isHandover, isHealth, isPage, isTyped, purposeOf } from "./areas.ts";

declare module "fastify" {
	interface FastifyRequest {
		/** Permissions of the client; only for requests that need a key. */
		scope: Scope;
		/** The party that the request counts for. */
		party: Party;
	}
}

/** Refuses foreign pages before anything else is done for them, including preflights. */
export function guardSources(app: App, access: Access): void {
	app.addHook("onRequest", async ({ raw }) => access.checkSource(raw));
}

/** Checks the key of every request, including those to unknown routes. */
export function guardRequests(app: App, access: Access): void {
	app.decorateRequest("scope");
	app.decorateRequest("party");
	app.addHook("onRequest", async (request) => {
		const { raw, url, headers } = request;
		if (isHealth(url) || isCallback(raw.method, url)) return;
		const key = access.bearerKey(headers.authorization);
		// An unknown address shows a browser the page, which has no data.
		if (isPage(url) || (request.is404 && isTyped(request)) || isHandover(raw.method, url)) {
			request.party = access.count(raw, key);
			return;
		}
		Object.assign(request, access.admit(raw, key));
		request.scope.require(purposeOf(request));
	});
}
