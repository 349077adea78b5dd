import { LivekeeperError } from "@livekeeper/base/errors";
import { checkTexts } from "@livekeeper/base/text";
import { readCookie } from "@livekeeper/douyin";
import { z } from "zod";
import type { PairingView } from "../../live/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { handoverPath } from "../areas.ts";
import { errorReplies } from "../schemas/error.ts";
import { cookieInput, cookiePairing, foundCookie, identityInputBytes, toWireFound } from "../schemas/identity.ts";

const tags = ["identities"];
const params = z.object({ id: z.uuid() });
const reply = z.object({ success: z.literal(true), pairing: cookiePairing });

/** `POST /api/v1/pairings`; `GET` and `DELETE /api/v1/pairings/{id}`; `POST …/cookie`, for the browser extension. */
export function pairingsRoutes(app: App, { identities: { pairing }, lookups, access }: RouteDeps): void {
	app.post(
		"/api/v1/pairings",
		{
			schema: {
				operationId: "createPairing",
				summary: "Create a code with which a browser on this machine can send its login",
				description:
					"Enter it in the browser extension. Valid for 5 minutes, 5 attempts and one use; it replaces the previous code.",
				tags,
				response: {
					201: reply.extend({ code: z.string().describe("six digits, shown only here") }),
					...errorReplies(503),
				},
			},
		},
		async (_request, answer) => {
			const made = await pairing.create();
			return answer.code(201).send({ success: true, pairing: toWire(made.pairing), code: made.code });
		},
	);
	app.get(
		"/api/v1/pairings/:id",
		{
			schema: {
				operationId: "getPairing",
				summary: "The result of a pairing",
				description: "No answer contains the cookie itself: create a login from it with the pairing's id.",
				tags,
				params,
				response: { 200: reply, ...errorReplies(404, 503) },
			},
		},
		async (request) => ({ success: true as const, pairing: toWire(await pairing.get(request.params.id)) }),
	);
	app.delete(
		"/api/v1/pairings/:id",
		{
			schema: {
				operationId: "removePairing",
				summary: "Delete a pairing and its cookie",
				tags,
				params,
				response: {
					200: z.object({ success: z.literal(true), id: z.string() }),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			await pairing.remove(request.params.id);
			return { success: true as const, id: request.params.id };
		},
	);
	app.post(
		handoverPath,
		{
			bodyLimit: identityInputBytes,
			schema: {
				operationId: "handCookieOver",
				summary: "Send a browser's login",
				description:
					"Only for the browser extension on this machine; the code replaces the key. The code stays valid if the cookie is not logged in. With `passed` no login is needed: `s_v_web_id` and `__ac_nonce` show Douyin that its slider was passed, and refused methods are retried.",
				tags,
				body: cookieInput.extend({
					code: z
						.string()
						.regex(/^\d{6}$/, checkTexts.pairingCode.en)
						.describe("as the page shows it"),
					passed: z.literal(true).optional().describe("the slider was passed in this browser"),
				}),
				response: {
					200: z.object({ success: z.literal(true), found: foundCookie }),
					...errorReplies(403, 503),
				},
			},
		},
		async ({ body, raw }) => {
			try {
				const found = await pairing.receive(body.code, body.cookie, body.passed ? "passed" : "login");
				if (body.passed) await lookups.passedWith(readCookie(body.cookie).cookie);
				return { success: true as const, found: toWireFound(found) };
			} catch (error) {
				// A guess counts as a request with a wrong key.
				if (error instanceof LivekeeperError && error.code === "pairing_refused") access.countRefused(raw, error);
				throw error;
			}
		},
	);
}

function toWire({ id, state, expiresAt, found }: PairingView): z.output<typeof cookiePairing> {
	return { id, state, expires_at: expiresAt, found: found ? toWireFound(found) : null };
}
