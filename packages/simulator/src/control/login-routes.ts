import type { FastifyInstance } from "fastify";
import type { Simulator } from "../simulator.ts";

export interface LoginParams {
	session: string;
}

export const loginParams = {
	type: "object",
	properties: {
		session: { type: "string", minLength: 1, maxLength: 256, pattern: "^[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x7e]+$" },
	},
} as const;
const body = {
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
		{ schema: { params: loginParams, body } },
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
