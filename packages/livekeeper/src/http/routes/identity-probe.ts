import { z } from "zod";
import { failureText, languageOf, probeText } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { identityParams, probeStep, type WireProbeStep } from "../schemas/identity.ts";
import { liveIdInput, plainLiveId } from "../schemas/live-id.ts";

/** `POST /api/v1/identities/{name}/probe`: tries the way to a room with an identity, beside the rooms that are kept. */
export function identityProbeRoute(app: App, { identities, clock }: RouteDeps): void {
	app.post(
		"/api/v1/identities/:name/probe",
		{
			schema: {
				operationId: "probeIdentity",
				summary: "Try the way to a room with an identity, step by step",
				description: "Ends after the first step that leaves nothing to try further. Takes up to a minute.",
				tags: ["identities"],
				params: identityParams,
				body: z.object({ live_id: liveIdInput }),
				response: {
					200: z.object({ success: z.literal(true), ok: z.boolean(), steps: z.array(probeStep) }),
					...errorReplies(400, 401, 404, 413, 415, 429),
				},
			},
		},
		async (request, reply) => {
			const stop = new AbortController();
			// Whoever asked may have gone: then nobody wants to know.
			reply.raw.once("close", () => stop.abort());
			const language = languageOf(request);
			const steps: WireProbeStep[] = [];
			const liveId = plainLiveId(request.body.live_id);
			for await (const step of identities.probe(request.params.name, liveId, stop.signal)) {
				const { name, ok, tookMs } = step;
				const { detail, hint } = probeText(step, step.failure && failureText(step.failure), clock.now());
				steps.push({ name, ok, detail: detail[language], hint: hint?.[language] ?? null, took_ms: tookMs });
			}
			return { success: true as const, ok: steps.every(({ ok }) => ok), steps };
		},
	);
}
