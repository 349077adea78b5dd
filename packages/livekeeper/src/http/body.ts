import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { FastifyRequest } from "fastify";
import type { App } from "./app.ts";

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Accepts bodies that are JSON and declared as such. Anything that is not JSON is refused as that, whatever its content
 * type; JSON under another content type is refused too, because a browser sends `text/plain` across origins without a
 * preflight.
 */
export function acceptJsonBodies(app: App): void {
	const parseSafely = app.getDefaultJsonParser("error", "error");
	const parse = (request: FastifyRequest, text: string, done: Done) => {
		// An empty body is no body; the route's schema decides whether it needs one.
		if (text === "") return done(null, undefined);
		parseSafely(request, text, (error, value) => {
			if (error) done(new LivekeeperError("invalid_json", requestTexts.notJson, { cause: error }));
			else done(null, value);
		});
	};
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("application/json", { parseAs: "string" }, (request, text, done) =>
		parse(request, text as string, done),
	);
	app.addContentTypeParser("*", { parseAs: "string" }, (request, text, done) =>
		parse(request, text as string, (error, value) => {
			if (error || value === undefined) return done(error, value);
			const given = request.headers["content-type"]?.slice(0, 100);
			done(new LivekeeperError("unsupported_media_type", requestTexts.contentType(given)));
		}),
	);
}
