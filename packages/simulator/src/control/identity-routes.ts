import type { FastifyInstance } from "fastify";
import type { GiftRule, MessageRule, RiskControl } from "../identities.ts";
import type { Simulator } from "../simulator.ts";
import { type LoginParams, loginParams } from "./login-routes.ts";
import { identityJson } from "./to-json.ts";

const maxMs = 31_536_000_000;

const body = {
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
		{ schema: { params: loginParams, body } },
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
