import { PassThrough } from "node:stream";
import { z } from "zod";
import type { DoctorStep, DoctorVerdict, Examination } from "../../live/index.ts";
import { type Language, languageOf } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { doctorEnd, doctorQuestion, doctorStep, type WireDoctorEnd, type WireDoctorStep } from "../schemas/doctor.ts";
import { errorReplies } from "../schemas/error.ts";
import { plainLiveId } from "../schemas/live-id.ts";

/**
 * `POST /api/v1/doctor`: tries each step from the service to a room's messages, and reports which fails and what to do.
 */
export function doctorRoute(app: App, { doctor }: Pick<RouteDeps, "doctor">): void {
	app.post(
		"/api/v1/doctor",
		{
			schema: {
				operationId: "examine",
				summary: "Find out what is wrong between the service and a room",
				description:
					"Visits Douyin once, as a viewer would, without affecting connected rooms. One check at a time, at most 6 per minute. Takes up to a minute: each step is sent as a line of JSON when it is done.",
				tags: ["service"],
				body: doctorQuestion,
				response: {
					200: {
						description: "lines of JSON: the steps, and finally the result",
						content: { "application/x-ndjson": { schema: z.union([doctorStep, doctorEnd]) } },
					},
					...errorReplies(400, 401, 404, 413, 415, 429),
				},
			},
		},
		async (request, reply) => {
			const { body, log } = request;
			const stop = new AbortController();
			// The client may have left, and the result is no longer needed.
			reply.raw.once("close", () => stop.abort());
			const liveId = body?.live_id === undefined ? undefined : plainLiveId(body.live_id);
			const steps = doctor.examine({ liveId, identity: body?.identity }, stop.signal);
			// An invalid request is refused before the response starts.
			const first = await steps.next();
			const lines = new PassThrough();
			writeLines(first, steps, lines, languageOf(request)).catch((error: unknown) => {
				log.error({ err: error, event: "doctor_failed" });
				lines.destroy();
			});
			reply.header("content-type", "application/x-ndjson; charset=utf-8").header("cache-control", "no-store");
			return reply.send(lines as never);
		},
	);
}

/** Writes until the end even without a client: an examination that is never ended would block the next one. */
async function writeLines(
	first: IteratorResult<DoctorStep, DoctorVerdict>,
	steps: Examination,
	lines: PassThrough,
	language: Language,
): Promise<void> {
	let one = first;
	for (; !one.done; one = await steps.next()) lines.write(`${JSON.stringify(toWire(one.value, language))}\n`);
	const { liveId, ok } = one.value;
	const end: WireDoctorEnd = { end: true, live_id: liveId ?? null, ok: ok ?? null };
	lines.end(`${JSON.stringify(end)}\n`);
}

function toWire({ name, ok, detail, hint, tookMs }: DoctorStep, language: Language): WireDoctorStep {
	return { name, ok: ok ?? null, detail: detail[language], hint: hint?.[language] ?? null, took_ms: tookMs ?? null };
}
