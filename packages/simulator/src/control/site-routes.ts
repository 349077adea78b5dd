import type { FastifyInstance } from "fastify";
import type { Simulator } from "../simulator.ts";
import { type CallGroup, callGroups } from "../site/site-rules.ts";
import { addressJson } from "./to-json.ts";

interface AddressParams {
	address: string;
}

const params = {
	type: "object",
	properties: { address: { type: "string", pattern: "^[0-9A-Fa-f:.]{2,45}$" } },
} as const;

const banBody = {
	type: "object",
	additionalProperties: false,
	properties: {
		calls: { type: "string", enum: callGroups },
		for_ms: { type: "integer", minimum: 1, maximum: 31_536_000_000 },
	},
	required: ["calls", "for_ms"],
} as const;

const siteBody = {
	type: "object",
	additionalProperties: false,
	properties: {
		batch_ids: { type: "integer", minimum: 1, maximum: 10_000 },
		batch_voice: { type: "boolean" },
	},
} as const;

/** Adds the routes for the site in front of the rooms: requests of each address, bans, and solved sliders. */
export function addSiteRoutes(routes: FastifyInstance, { site }: Simulator): void {
	const siteJson = () => {
		return { site: site.kind, batch_ids: site.settings.batchIds, batch_voice: site.settings.batchVoice };
	};

	routes.get("/site", siteJson);

	routes.put<{ Body: { batch_ids?: number; batch_voice?: boolean } }>(
		"/site",
		{ schema: { body: siteBody } },
		(request) => {
			site.change({ batchIds: request.body.batch_ids, batchVoice: request.body.batch_voice });
			return siteJson();
		},
	);

	routes.get("/addresses", () => {
		const addresses = site.addresses().map(addressJson);
		return { count: addresses.length, addresses };
	});

	routes.post<{ Params: AddressParams; Body: { calls: CallGroup; for_ms: number } }>(
		"/addresses/:address/ban",
		{ schema: { params, body: banBody } },
		(request) => addressJson(site.ban(request.params.address, request.body.calls, request.body.for_ms)),
	);

	routes.post<{ Params: AddressParams }>("/addresses/:address/passed", { schema: { params } }, (request) =>
		addressJson(site.passed(request.params.address)),
	);
}
