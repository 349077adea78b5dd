import type { FastifyInstance } from "fastify";
import { type AppChange, msgTypes, type PlatformApp, type TaskTruth } from "../open-platform/index.ts";
import type { Simulator } from "../simulator.ts";

interface AppParams {
	app_id: string;
}

const params = {
	type: "object",
	properties: { app_id: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" } },
} as const;

const secret = { type: "string", minLength: 1, maxLength: 200 } as const;
const probability = { type: "number", minimum: 0, maximum: 1 } as const;

const body = {
	type: "object",
	additionalProperties: false,
	properties: {
		secret,
		callback_url: { type: "string", maxLength: 2000, pattern: "^(https?://.+)?$" },
		callback_secrets: {
			type: "object",
			additionalProperties: false,
			properties: Object.fromEntries(msgTypes.map((type) => [type, secret])),
		},
		mounted: {
			anyOf: [
				{ type: "string", enum: ["all"] },
				{ type: "array", maxItems: 10_000, items: { type: "string", maxLength: 64 } },
			],
		},
		token_ms: { type: "integer", minimum: 1, maximum: 31_536_000_000 },
		rate: { type: "number", exclusiveMinimum: 0, maximum: 100_000 },
		batch: { type: "integer", minimum: 1, maximum: 1000 },
		faults: {
			type: "object",
			additionalProperties: false,
			properties: { loss: probability, duplicates: probability, disorder: probability, lost_answers: probability },
		},
		expire_tokens: { type: "boolean" },
	},
} as const;

interface AppBody {
	secret?: string;
	callback_url?: string;
	callback_secrets?: AppChange["callbackSecrets"];
	mounted?: "all" | string[];
	token_ms?: number;
	rate?: number;
	batch?: number;
	faults?: { loss?: number; duplicates?: number; disorder?: number; lost_answers?: number };
	expire_tokens?: boolean;
}

/** Apps of the open platform: `PUT /__sim/apps/{app_id}`. */
export function addAppRoutes(routes: FastifyInstance, simulator: Simulator): void {
	const { platform } = simulator;

	routes.get("/apps", () => ({ apps: platform.apps.map(appJson) }));

	routes.put<{ Params: AppParams; Body: AppBody }>("/apps/:app_id", { schema: { params, body } }, (request) => {
		const app = platform.setApp(request.params.app_id, changeOf(request.body));
		if (request.body.expire_tokens) app.expireTokens();
		return appJson(app);
	});

	routes.get<{ Params: AppParams }>("/apps/:app_id/truth", { schema: { params } }, (request) => {
		return { app_id: request.params.app_id, tasks: platform.truth(request.params.app_id).map(taskJson) };
	});
}

function changeOf(given: AppBody): AppChange {
	const { loss, duplicates, disorder, lost_answers: lostAnswers } = given.faults ?? {};
	const faults = Object.entries({ loss, duplicates, disorder, lostAnswers }).filter(([, value]) => value !== undefined);
	const change = {
		secret: given.secret,
		callbackUrl: given.callback_url,
		callbackSecrets: given.callback_secrets,
		mounted: given.mounted,
		tokenMs: given.token_ms,
		rate: given.rate,
		batch: given.batch,
	};
	const set = Object.entries(change).filter(([, value]) => value !== undefined);
	return { ...Object.fromEntries(set), faults: Object.fromEntries(faults) };
}

/** Leaves out the secrets, which are the caller's own. */
function appJson({ id, settings }: PlatformApp): Record<string, unknown> {
	const { faults } = settings;
	return {
		app_id: id,
		callback_url: settings.callbackUrl,
		mounted: settings.mounted,
		token_ms: settings.tokenMs,
		rate: settings.rate,
		batch: settings.batch,
		faults: {
			loss: faults.loss,
			duplicates: faults.duplicates,
			disorder: faults.disorder,
			lost_answers: faults.lostAnswers,
		},
	};
}

function taskJson({ roomId, type, ...truth }: TaskTruth): Record<string, unknown> {
	return { room_id: roomId, msg_type: type, ...truth };
}
