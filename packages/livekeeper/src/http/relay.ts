import { LivekeeperError } from "@livekeeper/base/errors";
import { plainLiveId } from "@livekeeper/base/live-id";
import { clusterTexts } from "@livekeeper/log/text";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { RelayedReply, RequestRelay } from "../cluster/index.ts";
import type { App } from "./app.ts";

declare module "fastify" {
	interface FastifyContextConfig {
		/**
		 * Whether to answer at the node that keeps the room of the route's path: only that node has the data (`alone`), or
		 * it has more of it (`best`), and this node answers if that one does not.
		 */
		atOwner?: "alone" | "best";
		/** Returns the room whose node answers. Default: the room of the route's path. */
		roomOf?: (request: FastifyRequest) => string;
	}
}

const relayed = "x-livekeeper-relayed";
/** Headers of this connection, or already checked here. */
const notHandedOn = /^(host|origin|connection|content-length|transfer-encoding|accept-encoding|sec-.*|upgrade)$/;
const handedBack = ["content-type", "retry-after", "cache-control"];

/** Relays requests to the room's node, if that node answers them best, in a cluster. */
export function relayToOwners(app: App, relay: RequestRelay): void {
	app.addHook("preHandler", async (request, reply) => {
		const { atOwner, roomOf } = request.routeOptions.config;
		if (!atOwner || request.headers[relayed] !== undefined) return;
		const { live_id: liveId } = request.params as { live_id: string };
		const node = relay.nodeOf(roomOf?.(request) ?? plainLiveId(liveId));
		if (node === undefined) return;
		const answer = await ask(relay, node, request);
		if (answer) return give(reply, answer);
		if (atOwner === "alone") throw new LivekeeperError("node_silent", clusterTexts.nodeSilent(node));
	});
	relay.onAsked(async ({ method, url, address, headers, body }) => {
		const answer = await app.inject({
			...{ method: method as "GET", url, headers, remoteAddress: address, payload: Buffer.from(body) },
		});
		const given = handedBack.flatMap((name) => {
			const value = answer.headers[name];
			return value === undefined ? [] : [[name, String(value)] as const];
		});
		return { status: answer.statusCode, headers: Object.fromEntries(given), body: answer.rawPayload };
	});
}

/** @returns `undefined` if the node gave no answer, or NATS returned none */
async function ask(relay: RequestRelay, node: string, request: FastifyRequest): Promise<RelayedReply | undefined> {
	const { method, url, ip: address, body } = request;
	const headers = Object.entries(request.headers).filter(([name]) => !notHandedOn.test(name));
	const question = {
		...{ method, url, address, headers: { ...Object.fromEntries(headers), [relayed]: "1" } },
		body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
	};
	try {
		return await relay.ask(node, question);
	} catch (error) {
		request.log.warn({ event: "node_not_asked", node, err: error });
		return undefined;
	}
}

function give(reply: FastifyReply, { status, headers, body }: RelayedReply): FastifyReply {
	return reply.code(status).headers(headers).send(Buffer.from(body));
}
