import { PassThrough } from "node:stream";
import { liveIdInput, plainLiveId } from "@livekeeper/base/live-id";
import { type Language, languageOf } from "@livekeeper/base/text";
import { z } from "zod";
import type { DoctorStep, DoctorVerdict, Examination } from "../../live/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { identityName } from "../schemas/identity.ts";

/** `GET /health/live` and `/health/ready`, for supervisors: no key, no rate limit. */
export function healthRoutes(app: App, { notReady, warnings }: RouteDeps): void {
	app.get(
		"/health/live",
		{
			schema: {
				operationId: "isAlive",
				summary: "Is the process alive?",
				tags: ["health"],
				security: [],
				response: { 200: z.object({ status: z.literal("ok") }) },
			},
		},
		async () => ({ status: "ok" as const }),
	);
	app.get(
		"/health/ready",
		{
			schema: {
				operationId: "isReady",
				summary: "Is the service ready?",
				tags: ["health"],
				security: [],
				response: {
					200: z.object({
						status: z.literal("ready"),
						warnings: z.array(z.string()).optional().describe("problems that don't stop the service from working"),
					}),
					503: z.object({ status: z.literal("not_ready"), reason: z.string() }),
				},
			},
		},
		async (request, reply) => {
			const language = languageOf(request);
			const reason = notReady();
			if (reason) return reply.code(503).send({ status: "not_ready", reason: reason[language] });
			const shown = warnings().map((text) => text[language]);
			return { status: "ready" as const, ...(shown.length > 0 && { warnings: shown }) };
		},
	);
}

/** `GET /metrics`: Prometheus text, collected on request. */
export function metricsRoute(app: App, { metrics }: RouteDeps): void {
	app.get(
		"/metrics",
		{
			schema: {
				operationId: "getMetrics",
				summary: "Prometheus metrics",
				tags: ["health"],
				response: {
					200: { content: { [metrics.contentType]: { schema: z.string() } } },
				},
			},
		},
		async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
	);
}

const doctorQuestion = z
	.strictObject({
		live_id: liveIdInput.optional().describe("left out: a room that uses the login, or one of the service's rooms"),
		identity: identityName.optional().describe("the login to check with, instead of the room's own"),
	})
	.nullish();

const doctorStep = z
	.object({
		name: z.enum([
			"service",
			"storage",
			"nats",
			"upstream",
			"identity",
			"room",
			"cookie",
			"page",
			"login",
			"im_fetch",
			"socket",
		]),
		ok: z.boolean().nullable().describe("null: neither good nor bad"),
		detail: z.string().describe("what was found, for people"),
		hint: z.string().nullable().describe("what to do about it"),
		took_ms: z.number().nullable().describe("only for steps that were tried"),
	})
	.meta({ id: "DoctorStep" });

const doctorEnd = z
	.object({
		end: z.literal(true),
		live_id: z.string().nullable().describe("the room that was checked; null if there was none"),
		ok: z.boolean().nullable().describe("whether it can stay connected; null if none was checked"),
	})
	.meta({ id: "DoctorEnd" });

type WireDoctorStep = z.output<typeof doctorStep>;
type WireDoctorEnd = z.output<typeof doctorEnd>;

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
					...errorReplies(404),
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
