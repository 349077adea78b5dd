import type { Access } from "./access.ts";
import type { App } from "./app.ts";
import { isHealth, isPage } from "./areas.ts";

/** Checks every request before anything else is done for it, unknown routes included. */
export function guardRequests(app: App, access: Access): void {
	app.addHook("onRequest", async ({ raw, url, headers }) => {
		if (isHealth(url)) access.checkSource(raw);
		else if (isPage(url)) access.admitWithoutKey(raw);
		else access.admit(raw, access.bearerKey(headers.authorization));
	});
}
