import type { RouteOptions } from "fastify";
import type { App } from "./app.ts";
import { isCallback, isHandover, isHealth } from "./areas.ts";
import { errorReplies } from "./schemas/error.ts";

/**
 * Adds the refusals that a route's guard and schema cause to its documented replies: 401 and 429 if it needs a key, 400
 * if any input is checked, 413 and 415 if it takes a body. Install it before the routes.
 */
export function documentRefusals(app: App): void {
	app.addHook("onRoute", (route) => {
		const { schema } = route;
		if (!schema || schema.hide || !schema.response) return;
		const response = { ...errorReplies(...refusalsOf(route)), ...schema.response };
		route.schema = { ...schema, response };
	});
}

function refusalsOf({ method, url, schema }: RouteOptions): number[] {
	const verb = String(method);
	const isSigned = isCallback(verb, url);
	const { params, querystring, body } = schema ?? {};
	return [
		...(isHealth(url) || isSigned || isHandover(verb, url) ? [] : [401]),
		...(isHealth(url) || isSigned ? [] : [429]),
		...(params || querystring || body ? [400] : []),
		...(body ? [413, 415] : []),
	];
}
