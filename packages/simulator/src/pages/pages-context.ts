import type { Clock } from "@livekeeper/douyin";
import type { FastifyReply } from "fastify";
import type { FaultBoard, FaultTarget } from "../faults/fault-board.ts";

import type { Identities, Logins } from "../identities.ts";

import type { RoomSet } from "../rooms/room-set.ts";
import type { Site } from "../site/site.ts";
import type { IdMode } from "../traffic/message-ids.ts";

/** How `im/fetch` names the push socket's host: not at all, as `host:port`, or as a `ws://` URL. */
export const pushServerStyles = ["none", "host", "url"] as const;
export type PushServerStyle = (typeof pushServerStyles)[number];

export interface PagesContext {
	clock: Clock;
	rooms: RoomSet;
	faults: FaultBoard;
	identities: Identities;
	logins: Logins;
	site: Site;
	seed: number;
	pushServer: PushServerStyle;
	ids: IdMode;
	/** Returns a number for each answer of `im/fetch`, which no connection has. */
	nextReceiver: () => number;
}

/** Whether an `http_status` fault has answered. */
export function fails(
	context: PagesContext,
	target: FaultTarget,
	liveId: string | undefined,
	reply: FastifyReply,
): boolean {
	const failure = context.faults.take("http_status", liveId, target);
	if (failure?.status === undefined) return false;
	if (failure.retry_after !== undefined) reply.header("retry-after", String(failure.retry_after));
	reply.code(failure.status).header("x-sim-why", "the fault http_status is on").send("");
	return true;
}

/** Sends the answer of a JSON call; "" for an empty one. */
export function json(reply: FastifyReply, body: Record<string, unknown> | ""): FastifyReply {
	reply.header("content-type", "application/json; charset=utf-8");
	return reply.send(body === "" ? "" : JSON.stringify(body));
}

export function html(reply: FastifyReply, page: string): FastifyReply {
	return reply.header("content-type", "text/html; charset=utf-8").send(page);
}
