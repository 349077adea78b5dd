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
		push_host: { type: "string", pattern: "^[A-Za-z0-9.:-]{1,255}$" },
		query_fields: { type: "object", maxProperties: 20, additionalProperties: { type: "string", maxLength: 200 } },
		page_store: { type: "string", pattern: "^\\w{1,64}$" },
		signature_digits: { type: "string", minLength: 64, maxLength: 64 },
	},
} as const;

interface SiteBody {
	batch_ids?: number;
	batch_voice?: boolean;
	push_host?: string;
	query_fields?: Record<string, string>;
	page_store?: string;
	signature_digits?: string;
}

/** Adds the routes for the site in front of the rooms: requests of each address, bans, and solved sliders. */
export function addSiteRoutes(routes: FastifyInstance, { site }: Simulator): void {
	const siteJson = () => {
		const { batchIds, batchVoice, pushHost, queryFields, pageStore, signatureDigits } = site.settings;
		return {
			...{ site: site.kind, batch_ids: batchIds, batch_voice: batchVoice, push_host: pushHost },
			...{ query_fields: queryFields, page_store: pageStore, signature_digits: signatureDigits },
		};
	};

	routes.get("/site", siteJson);

	routes.put<{ Body: SiteBody }>("/site", { schema: { body: siteBody } }, ({ body }) => {
		site.change({
			...{ batchIds: body.batch_ids, batchVoice: body.batch_voice, pushHost: body.push_host },
			...{ queryFields: body.query_fields, pageStore: body.page_store, signatureDigits: body.signature_digits },
		});
		return siteJson();
	});

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
