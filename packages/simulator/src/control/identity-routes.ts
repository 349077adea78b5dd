import type { FastifyInstance } from "fastify";
import type { GiftRule, MessageRule, RiskControl } from "../identities.ts";
import type { Simulator } from "../simulator.ts";
import { identityJson } from "./to-json.ts";

const maxMs = 31_536_000_000;

const identityBody = {
	type: "object",
	additionalProperties: false,
	properties: {
		gifts: { type: "string", maxLength: 30 },
		messages: { type: "string", maxLength: 30 },
		risk_control: {
			type: ["object", "null"],
			additionalProperties: false,
			properties: {
				max_rooms: { type: "integer", minimum: 0, maximum: 10_000 },
				every_ms: { type: "integer", minimum: 1, maximum: maxMs },
				for_ms: { type: "integer", minimum: 1, maximum: maxMs },
			},
			required: ["for_ms"],
		},
		under_risk_control_ms: { type: "integer", minimum: 0, maximum: maxMs },
	},
} as const;

interface IdentityBody {
	/** The identities themselves check the values, as for callers in code. */
	gifts?: GiftRule;
	messages?: MessageRule;
	risk_control?: { max_rooms?: number; every_ms?: number; for_ms: number } | null;
	under_risk_control_ms?: number;
}

/** Adds the routes for rules of identities: `PUT /__sim/identities/{sessionid or "anonymous"}`. */
export function addIdentityRoutes(routes: FastifyInstance, simulator: Simulator): void {
	const { identities } = simulator;

	routes.get("/identities", () => ({ identities: identities.list().map(identityJson) }));

	routes.put<{ Params: LoginParams; Body: IdentityBody }>(
		"/identities/:session",
		{ schema: { params: loginParams, body: identityBody } },
		(request) => {
			const { session } = request.params;
			const { gifts, messages, risk_control: risk, under_risk_control_ms: burnMs } = request.body;
			identities.set(session, { gifts, messages, riskControl: risk && riskControlOf(risk) });
			if (burnMs !== undefined) identities.burn(session, burnMs);
			return identityJson(identities.info(session));
		},
	);

	routes.delete<{ Params: LoginParams }>(
		"/identities/:session",
		{ schema: { params: loginParams } },
		(request, reply) => {
			identities.reset(request.params.session);
			return reply.code(204).send();
		},
	);
}

function riskControlOf(risk: NonNullable<IdentityBody["risk_control"]>): RiskControl {
	return { maxRooms: risk.max_rooms, everyMs: risk.every_ms, forMs: risk.for_ms };
}

interface LoginParams {
	session: string;
}

const loginParams = {
	type: "object",
	properties: {
		session: { type: "string", minLength: 1, maxLength: 256, pattern: "^[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x7e]+$" },
	},
} as const;
const loginBody = {
	type: "object",
	properties: { ends_in_ms: { type: "integer", minimum: 0, maximum: 31_536_000_000 }, announced: { type: "boolean" } },
	additionalProperties: false,
} as const;

const followsBody = {
	type: "object",
	properties: { live_ids: { type: "array", maxItems: 10_000, items: { type: "string", maxLength: 64 } } },
	required: ["live_ids"],
	additionalProperties: false,
} as const;

/** Adds the routes for ending logins, `PUT /__sim/logins/{sessionid}`, and for the anchors that they follow. */
export function addLoginRoutes(routes: FastifyInstance, simulator: Simulator): void {
	routes.get("/logins", () => ({
		logins: simulator.logins.list().map(({ session, endsAt, announced, ended }) => {
			return { session, ends_at: endsAt, announced, ended };
		}),
	}));

	routes.put<{ Params: LoginParams; Body: { ends_in_ms?: number; announced?: boolean } }>(
		"/logins/:session",
		{ schema: { params: loginParams, body: loginBody } },
		(request) => {
			const { session } = request.params;
			const { ends_in_ms: inMs = 0, announced: isAnnounced = false } = request.body;
			const { endsAt, announced } = simulator.logins.end(session, inMs, isAnnounced);
			return { session, ends_at: endsAt, announced };
		},
	);

	routes.put<{ Params: LoginParams; Body: { live_ids: string[] } }>(
		"/logins/:session/follows",
		{ schema: { params: loginParams, body: followsBody } },
		(request) => {
			const { session } = request.params;
			simulator.logins.follow(session, request.body.live_ids);
			return { session, live_ids: [...simulator.logins.follows(session)] };
		},
	);

	routes.delete<{ Params: LoginParams }>("/logins/:session", { schema: { params: loginParams } }, (request, reply) => {
		simulator.logins.restore(request.params.session);
		return reply.code(204).send();
	});
}
