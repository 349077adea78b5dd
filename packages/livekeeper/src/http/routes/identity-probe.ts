import type { ProbeStep } from "@livekeeper/douyin";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { failureText, languageOf, probeText } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import {
	cookieOrPairing,
	identityInputBytes,
	identityParams,
	probeStep,
	type WireProbeStep,
} from "../schemas/identity.ts";
import { liveIdInput, plainLiveId } from "../schemas/live-id.ts";

const answer = z.object({ success: z.literal(true), ok: z.boolean(), steps: z.array(probeStep) });

/**
 * `POST /api/v1/identities/{name}/probe` and `POST /api/v1/identities/probe`: tries the way to a room with an identity,
 * or with a cookie that is not kept, independently of the kept rooms.
 */
export function identityProbeRoute(app: App, { identities, clock }: RouteDeps): void {
	type Steps = (signal: AbortSignal) => AsyncIterable<ProbeStep>;
	async function probe(request: FastifyRequest, reply: FastifyReply, stepsOf: Steps): Promise<z.output<typeof answer>> {
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
				response: { 200: answer, ...errorReplies(400, 401, 404, 413, 415, 429, 503) },
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
				response: { 200: answer, ...errorReplies(400, 401, 404, 413, 415, 429) },
			},
		},
		(request, reply) => {
			const liveId = plainLiveId(request.body.live_id);
			return probe(request, reply, (signal) => identities.probeCookie(request.body, liveId, signal));
		},
	);
}
