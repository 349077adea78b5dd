import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { App } from "./app.ts";
import { isTyped } from "./areas.ts";
import { replyWithError } from "./error-reply.ts";
import { sendPage } from "./page.ts";

/**
 * Distinguishes an unknown route from one that exists with other methods. A browser gets the page instead, which says
 * that there is no such page and leads back. Install it before the routes.
 */
export function answerUnknownRoutes(app: App): void {
	const routes: { path: RegExp; method: string }[] = [];
	app.addHook("onRoute", ({ url, method }) => {
		const path = new RegExp(
			`^${url
				.replace(/[.+?^${}()|[\]\\]/g, "\\$&")
				.replace(/:\w+/g, "[^/]+")
				.replace(/\*/g, ".*")}$`,
		);
		for (const one of [method].flat()) routes.push({ path, method: one });
	});
	app.setNotFoundHandler((request, reply) => {
		const path = request.url.split("?", 1)[0] ?? "";
		const allowed = [...new Set(routes.filter((route) => route.path.test(path)).map((route) => route.method))];
		if (allowed.length === 0) {
			if (isTyped(request) && app.hasReplyDecorator("sendFile")) return sendPage(reply.code(404), "index.html");
			return replyWithError(
				new LivekeeperError("not_found", requestTexts.noRoute(request.method, path.slice(0, 200))),
				request,
				reply,
			);
		}
		reply.header("allow", allowed.join(", "));
		const text = requestTexts.wrongMethod(path.slice(0, 200), request.method);
		return replyWithError(new LivekeeperError("method_not_allowed", text), request, reply);
	});
}
