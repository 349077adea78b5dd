import { LivekeeperError } from "@livekeeper/base/errors";
import { liveIdInput, plainLiveId } from "@livekeeper/base/live-id";
import { checkTexts, type Language, languageOf } from "@livekeeper/base/text";
import { type ProbeStep, readCookie } from "@livekeeper/douyin";
import { failureText } from "@livekeeper/engine/text";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { IdentityView, PairingView } from "../../live/index.ts";
import { probeText } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { handoverPath } from "../areas.ts";
import { errorReplies } from "../schemas/error.ts";
import {
	cookieInput,
	cookieOrPairing,
	cookiePairing,
	foundCookie,
	identityInput,
	identityInputBytes,
	identityParams,
	namedIdentity,
	probeStep,
	toWireFound,
	type WireIdentity,
	type WireProbeStep,
} from "../schemas/identity.ts";

const url = "/api/v1/identities/:name";
const reply = z.object({ success: z.literal(true), identity: namedIdentity });
const putReply = reply.extend({ created: z.boolean() });

/**
 * `GET /api/v1/identities`; `POST …/read`; `GET`, `PUT` and `DELETE /api/v1/identities/{name}`; `DELETE …/rest`. No
 * response ever contains a secret.
 */
export function identitiesRoutes(app: App, { identities }: RouteDeps): void {
	app.get(
		"/api/v1/identities",
		{
			schema: {
				operationId: "listIdentities",
				summary: "All saved logins",
				tags: ["identities"],
				response: {
					200: z.object({ success: z.literal(true), count: z.int(), identities: z.array(namedIdentity) }),
				},
			},
		},
		async (request) => {
			const language = languageOf(request);
			const all = identities.list().map((view) => toWire(view, language));
			return { success: true as const, count: all.length, identities: all };
		},
	);
	app.post(
		"/api/v1/identities/read",
		{
			bodyLimit: identityInputBytes,
			schema: {
				operationId: "readCookie",
				summary: "Examine a pasted cookie",
				description: "Returns what was found; the cookie is not stored, and no answer contains it.",
				tags: ["identities"],
				body: cookieInput,
				response: {
					200: z.object({ success: z.literal(true), found: foundCookie }),
				},
			},
		},
		async (request) => ({ success: true as const, found: toWireFound(identities.read(request.body.cookie)) }),
	);
	app.get(
		url,
		{
			schema: {
				operationId: "getIdentity",
				summary: "One saved login",
				tags: ["identities"],
				params: identityParams,
				response: { 200: reply, ...errorReplies(404, 503) },
			},
		},
		async (request) => {
			const identity = toWire(await identities.get(request.params.name), languageOf(request));
			return { success: true as const, identity };
		},
	);
	app.put(
		url,
		{
			bodyLimit: identityInputBytes,
			schema: {
				operationId: "putIdentity",
				summary: "Save a cookie and a proxy under a name, or replace them",
				description: "Rooms that use it reconnect and continue where they were.",
				tags: ["identities"],
				params: identityParams,
				body: identityInput,
				response: { 200: putReply, 201: putReply, ...errorReplies(404, 409, 503) },
			},
		},
		async (request, answer) => {
			const { expires_at: expiresAt, ...change } = request.body;
			const { identity, created } = await identities.put(request.params.name, { ...change, expiresAt });
			return answer
				.code(created ? 201 : 200)
				.send({ success: true, created, identity: toWire(identity, languageOf(request)) });
		},
	);
	app.delete(
		`${url}/rest`,
		{
			schema: {
				operationId: "liftIdentityRest",
				summary: "Retry a paused login now",
				description: "A login that is not paused stays unchanged.",
				tags: ["identities"],
				params: identityParams,
				response: { 200: reply, ...errorReplies(404, 503) },
			},
		},
		async (request) => {
			const identity = toWire(await identities.lift(request.params.name), languageOf(request));
			return { success: true as const, identity };
		},
	);
	app.delete(
		url,
		{
			schema: {
				operationId: "deleteIdentity",
				summary: "Remove a login that no room uses",
				tags: ["identities"],
				params: identityParams,
				response: {
					200: z.object({ success: z.literal(true), name: z.string() }),
					...errorReplies(404, 409, 503),
				},
			},
		},
		async (request) => {
			await identities.remove(request.params.name);
			return { success: true as const, name: request.params.name };
		},
	);
}

function shareOf(part: number, all: number): number | null {
	return all > 0 ? Math.round(Math.min(1, part / all) * 10_000) / 10_000 : null;
}

function tenths(value: number | undefined): number | null {
	return value === undefined ? null : Math.round(value * 10) / 10;
}

function toWire(view: IdentityView, language: Language): WireIdentity {
	const { cooldown } = view;
	const { diamonds, messages } = view.shown;
	return {
		name: view.name,
		has_cookie: view.hasCookie,
		has_proxy: view.hasProxy,
		status: view.status,
		expires_at: view.expiresAt ?? null,
		seen_at: view.seenAt ?? null,
		warning: view.warning?.[language] ?? null,
		rooms: view.rooms,
		state: view.verdict.state,
		state_evidence: view.verdict.evidence.map((text) => text[language]),
		advice: view.verdict.advice.map((text) => text[language]),
		gift_coverage: shareOf(diamonds.seen, diamonds.given),
		message_coverage: shareOf(messages.shared, messages.others),
		gifts_per_hour: tenths(view.shown.giftsPerHour),
		gifts_per_hour_of_all: tenths(view.shown.giftsPerHourOfAll),
		rest: cooldown
			? { since: cooldown.since, until: cooldown.until, times: cooldown.times, rooms: cooldown.rooms }
			: null,
		added_at: view.addedAt,
		updated_at: view.updatedAt,
	};
}

const probeAnswer = z.object({ success: z.literal(true), ok: z.boolean(), steps: z.array(probeStep) });

/**
 * `POST /api/v1/identities/{name}/probe` and `POST /api/v1/identities/probe`: tries the way to a room with an identity,
 * or with a cookie that is not kept, independently of the kept rooms.
 */
export function identityProbeRoute(app: App, { identities, clock }: RouteDeps): void {
	type Steps = (signal: AbortSignal) => AsyncIterable<ProbeStep>;
	async function probe(
		request: FastifyRequest,
		reply: FastifyReply,
		stepsOf: Steps,
	): Promise<z.output<typeof probeAnswer>> {
		const stop = new AbortController();
		// The client may have left, and the result is no longer needed.
		reply.raw.once("close", () => stop.abort());
		const language = languageOf(request);
		const steps: WireProbeStep[] = [];
		for await (const step of stepsOf(stop.signal)) {
			const { name, ok, tookMs } = step;
			const { detail, hint } = probeText(step, step.failure && failureText(step.failure), clock.now());
			steps.push({ name, ok, detail: detail[language], hint: hint?.[language] ?? null, took_ms: tookMs });
		}
		return { success: true, ok: steps.every(({ ok }) => ok), steps };
	}

	app.post(
		"/api/v1/identities/:name/probe",
		{
			schema: {
				operationId: "probeIdentity",
				summary: "Test a saved login on a room, step by step",
				description: "Ends at the first step that can't continue. Takes up to a minute.",
				tags: ["identities"],
				params: identityParams,
				body: z.object({ live_id: liveIdInput }),
				response: { 200: probeAnswer, ...errorReplies(404, 503) },
			},
		},
		(request, reply) => {
			const liveId = plainLiveId(request.body.live_id);
			return probe(request, reply, (signal) => identities.probe(request.params.name, liveId, signal));
		},
	);
	app.post(
		"/api/v1/identities/probe",
		{
			bodyLimit: identityInputBytes,
			schema: {
				operationId: "probeCookie",
				summary: "Test a pasted cookie on a room, step by step",
				description: "As with a saved login; the cookie is not stored.",
				tags: ["identities"],
				body: cookieOrPairing.extend({ live_id: liveIdInput }),
				response: { 200: probeAnswer, ...errorReplies(404) },
			},
		},
		(request, reply) => {
			const liveId = plainLiveId(request.body.live_id);
			return probe(request, reply, (signal) => identities.probeCookie(request.body, liveId, signal));
		},
	);
}

const tags = ["identities"];
const params = z.object({ id: z.uuid() });
const pairingReply = z.object({ success: z.literal(true), pairing: cookiePairing });

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
					201: pairingReply.extend({ code: z.string().describe("six digits, shown only here") }),
					...errorReplies(503),
				},
			},
		},
		async (_request, answer) => {
			const made = await pairing.create();
			return answer.code(201).send({ success: true, pairing: toWirePairing(made.pairing), code: made.code });
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
				response: { 200: pairingReply, ...errorReplies(404, 503) },
			},
		},
		async (request) => ({ success: true as const, pairing: toWirePairing(await pairing.get(request.params.id)) }),
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

function toWirePairing({ id, state, expiresAt, found }: PairingView): z.output<typeof cookiePairing> {
	return { id, state, expires_at: expiresAt, found: found ? toWireFound(found) : null };
}
