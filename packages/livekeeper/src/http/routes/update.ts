import { z } from "zod";
import { type Language, languageOf } from "../../text/index.ts";
import type { UpdateView } from "../../updates/index.ts";
import { version as ownVersion } from "../../version.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

const url = "/api/v1/update";
const tags = ["service"];

const newest = z
	.object({
		version: z.string(),
		date: z.string().describe("date of the answer"),
		newer: z.boolean().describe("whether it is newer than this version"),
		notes: z.string().describe("for people: what is new"),
	})
	.meta({ id: "NewestVersion" });

const offered = z
	.object({
		version: z.int().min(1),
		date: z.string(),
		applied: z.boolean().describe("whether it was chosen; a file of site_profile comes first"),
	})
	.meta({ id: "OfferedProfile" });

const update = z
	.object({
		version: z.string().describe("this version"),
		asks: z.boolean().describe("whether an update service is configured, which is asked once a day"),
		checked_at: z.number().nullable().describe("time of the last request, ms since the epoch; null before the first"),
		problem: z.string().nullable().describe("for people: why the last answer is not used"),
		newest: newest.nullable().describe("what the update service has named as the newest version"),
		profile: offered.nullable().describe("a site profile that is newer than the built-in one; null if none is offered"),
	})
	.meta({ id: "Update" });

/** `GET /api/v1/update`: what the update service says; `PUT …/profile`: uses its site profile, or no longer. */
export function updateRoutes(app: App, { updates }: RouteDeps): void {
	app.get(
		url,
		{
			schema: {
				operationId: "getUpdate",
				summary: "Newer versions and site profiles, as the update service names them",
				tags,
				response: { 200: z.object({ success: z.literal(true), update }), ...errorReplies(401, 429) },
			},
		},
		async (request) => ({ success: true as const, update: toWire(updates.view, languageOf(request)) }),
	);
	app.put(
		`${url}/profile`,
		{
			schema: {
				operationId: "useUpdateProfile",
				summary: "Use a site profile that an update offers, or no longer",
				tags,
				body: z.strictObject({ apply: z.boolean().describe("whether it is used") }),
				response: {
					200: z.object({ success: z.literal(true), update }),
					...errorReplies(400, 401, 404, 413, 415, 429),
				},
			},
		},
		async (request) => {
			await updates.applyProfile(request.body.apply);
			return { success: true as const, update: toWire(updates.view, languageOf(request)) };
		},
	);
}

function toWire(view: UpdateView, language: Language): z.infer<typeof update> {
	const { manifest } = view;
	const profile = view.offersProfile ? manifest?.profile : undefined;
	return {
		version: ownVersion,
		asks: view.url !== undefined,
		checked_at: view.checkedAt ?? null,
		problem: view.problem?.[language] ?? null,
		newest: manifest
			? { version: manifest.version, date: manifest.date, newer: view.isNewer, notes: manifest.notes[language] }
			: null,
		profile: profile ? { version: profile.version, date: profile.date, applied: view.isApplied } : null,
	};
}
